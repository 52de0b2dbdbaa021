/**
 * How mail lies in a home: as Maildir, a folder with `cur` and `new` in which each message is a file
 * (https://cr.yp.to/proto/maildir.html). The folders of a mailbox lie in it, as `.Sent` (Maildir++) or as `Sent`.
 */

/** Where messages lie, in this order. */
export const messageFolders: readonly Buffer[] = ['cur', 'new'].map((name) => Buffer.from(name));

export function isMessageFolder(name: Uint8Array): boolean {
  return messageFolders.some((one) => one.equals(name));
}

const colon = 0x3a;

/**
 * What stays the same about a message's name while it is read, flagged and answered: what stands before `:2,`. With it
 * a message is the same one in `cur` and in `new`. @returns undefined for what is no message.
 */
export function messageKey(name: Uint8Array): string | undefined {
  const end = name.indexOf(colon);
  const key = Buffer.from(end < 0 ? name : name.subarray(0, end)).toString('latin1');
  return /^\d+\../.test(key) ? key : undefined;
}

/** When a message was delivered, from its name. */
export function deliveredAt(name: Uint8Array): Date | undefined {
  const seconds = Number(/^(\d{1,11})\./.exec(Buffer.from(name).toString('latin1'))?.[1] ?? Number.NaN);
  return Number.isNaN(seconds) ? undefined : new Date(seconds * 1000);
}

/** What mail servers write about a mailbox and make anew from its messages: an older one would lead them astray. */
export function isMailIndex(name: Uint8Array): boolean {
  return /^(?:dovecot[.-](?:index|uidlist|uidvalidity|keywords|list\.index)|maildirsize$|courierimap(?:uiddb|keywords)|dovecot\.list)/.test(
    Buffer.from(name).toString('latin1'),
  );
}

/** Where a mailbox may lie below the home: a word is that name, `domain` and `user` are any that can be one. */
const places: readonly (readonly string[])[] = [
  ['mail', 'domain', 'user'],
  ['imap', 'domain', 'user', 'Maildir'],
  ['mail'],
  ['Maildir'],
];

/** The parts of the places that begin with these names: what may come next, and whether one ends here. */
export interface MailPlace {
  readonly isEnd: boolean;
  /** Undefined where nothing more is looked for. */
  readonly next: ((name: string) => boolean) | undefined;
}

/** @param path names below the home. */
export function mailPlace(path: readonly string[]): MailPlace {
  const fitting = places.filter(
    (place) => place.length >= path.length && path.every((name, index) => fits(place[index] ?? '', name)),
  );
  const longer = fitting.flatMap((place) => place[path.length] ?? []);
  const next = longer.length === 0 ? undefined : (name: string) => longer.some((word) => fits(word, name));
  return { isEnd: fitting.some((place) => place.length === path.length), next };
}

function fits(word: string, name: string): boolean {
  if (word === 'domain') return /^[^.].*\.[^.]/.test(name);
  if (word === 'user') return !name.startsWith('.') && !['cur', 'new', 'tmp'].includes(name);
  return word === name;
}

/** @returns undefined for the account's own mailbox, which has no address of its own. */
export function mailAddress(path: readonly string[]): string | undefined {
  return path.length < 3 ? undefined : `${path[2] ?? ''}@${path[1] ?? ''}`;
}
