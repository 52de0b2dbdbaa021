import type { DemoAccount } from './demo-accounts.ts';
import { drawPdf } from './pictures.ts';
import { createRandom, seedOf, type Random } from './random.ts';

export interface Message {
  /** As Maildir names files: time, who delivered it, length. Without flags. */
  readonly name: string;
  readonly content: string;
  readonly at: Date;
}

export interface Letter {
  /** Tells it from the account's other messages. */
  readonly number: number;
  readonly at: Date;
  readonly isSent?: boolean;
  /** Else one is drawn. */
  readonly subject?: string;
}

/** Where the messages of the account's mailbox lie below its home. */
export function mailbox({ domain }: DemoAccount): string {
  return `mail/${domain}/info`;
}

/** A message in the language of the account, as it lies on disk. One in six carries a paper. */
export function writeMessage(account: DemoAccount, { number, at, isSent = false, subject }: Letter): Message {
  const random = createRandom(seedOf(account.name, 'mail', number));
  const own: readonly [string, string] = [account.title, `info@${account.domain}`];
  const other = random.pick(account.voice.people);
  const [from, to] = isSent ? [own, other] : [other, own];
  const about = subject ?? random.pick(account.voice.subjects);
  const head = [
    `Return-Path: <${from[1]}>`,
    `Received: from mail.example.net ([192.0.2.${random.below(255)}]) by mx.${account.domain}; ${at.toUTCString()}`,
    `Message-ID: <${seedOf(account.name, number).toString(36)}.${random.below(1e9).toString(36)}@example.net>`,
    `Date: ${at.toUTCString().replace('GMT', '+0000')}`,
    `From: ${encodeWord(from[0])} <${from[1]}>`,
    `To: ${encodeWord(to[0])} <${to[1]}>`,
    `Subject: ${encodeWord(isSent ? `Re: ${about}` : about)}`,
    'MIME-Version: 1.0',
  ];
  const content = `${head.join('\n')}\n${writeBody(account, from[0], random)}`;
  const name = `${Math.floor(at.getTime() / 1000)}.M${random.between(1000, 999_999)}P${random.between(900, 32_000)}.mx`;
  return { name: `${name},S=${Buffer.byteLength(content)}`, content, at };
}

function writeBody({ voice }: DemoAccount, sender: string, random: Random): string {
  const spoken = Array.from({ length: random.between(2, 7) }, () => random.pick(voice.sentences)).join('\n');
  const text = `Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${voice.greeting}\n\n${spoken}\n\n${voice.farewell}\n${sender}\n`;
  if (!random.chance(1 / 6)) return text;
  const boundary = `=_${random.below(0xffff_ffff).toString(16)}`;
  const paper = drawPdf('Attachment', random.below(0xffff_ffff), random.between(8_000, 70_000)).toString('base64');
  const part = `Content-Type: application/pdf; name="attachment.pdf"\nContent-Transfer-Encoding: base64\n\n${paper.replaceAll(/.{76}/g, '$&\n')}`;
  return `Content-Type: multipart/mixed; boundary="${boundary}"\n\n--${boundary}\n${text}\n--${boundary}\n${part}\n--${boundary}--\n`;
}

/** RFC 2047: what is not ASCII in a head. */
function encodeWord(text: string): string {
  return /^[ -~]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}
