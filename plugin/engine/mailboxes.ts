/** Mailboxes of a home, live or of a snapshot: where they are, and which messages they hold. Nothing is read but names. */
import { isMessageFolder, mailPlace, messageKey } from '../domain/mailbox.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { Listing } from './listing.ts';

const mostMailboxes = 5000;
/** Beyond this nobody keeps in mind which they are, only how many. */
const mostKeys = 400_000;
const deepestFolder = 8;

/** Where there are mailboxes, as paths below the home. @param home is closed. */
export async function findMailboxes(home: Listing): Promise<(readonly Buffer[])[]> {
  const found: (readonly Buffer[])[] = [];
  await search(home, [], found);
  return found;
}

async function search(listing: Listing, path: readonly Buffer[], found: (readonly Buffer[])[]): Promise<void> {
  const place = mailPlace(path.map((name) => name.toString()));
  let holds = 0;
  await eachFolder(listing, async (node) => {
    if (isMessageFolder(node.name)) holds += 1;
    if (place.next?.(node.name.toString()) !== true || found.length >= mostMailboxes) return;
    await search(await listing.enter(node), [...path, Buffer.from(node.name)], found);
  });
  if (place.isEnd && holds === 2) found.push(path);
}

export interface MailboxContent {
  readonly messages: number;
  readonly bytes: number;
  /** Folder and key of each message; undefined when there are too many. */
  readonly keys: ReadonlySet<string> | undefined;
}

/**
 * The messages in a mailbox and its folders.
 * @param mailbox is closed. @param isAmongOthers whether other mailboxes lie in it: then only folders that begin with a
 * dot are its own.
 */
export async function readMailbox(mailbox: Listing, isAmongOthers: boolean): Promise<MailboxContent> {
  const counter = new MessageCounter(isAmongOthers);
  await counter.count(mailbox, '', 0);
  return counter;
}

class MessageCounter implements MailboxContent {
  readonly #isAmongOthers: boolean;
  messages = 0;
  bytes = 0;
  keys: Set<string> | undefined = new Set();

  constructor(isAmongOthers: boolean) {
    this.#isAmongOthers = isAmongOthers;
  }

  async count(listing: Listing, folder: string, depth: number): Promise<void> {
    await eachFolder(listing, async (node) => {
      if (isMessageFolder(node.name)) await this.#countMessages(await listing.enter(node), folder);
      else if (this.#isFolder(node) && depth < deepestFolder) {
        await this.count(await listing.enter(node), `${folder}/${node.name.toString('latin1')}`, depth + 1);
      }
    });
  }

  #isFolder({ name }: TreeNode): boolean {
    return (name[0] === dot || !this.#isAmongOthers) && !name.equals(temporary);
  }

  async #countMessages(listing: Listing, folder: string): Promise<void> {
    await each(listing, (node) => {
      const key = node.type === 'file' ? messageKey(node.name) : undefined;
      if (key === undefined) return;
      this.messages += 1;
      this.bytes += node.sizeBytes;
      if ((this.keys?.size ?? 0) >= mostKeys) this.keys = undefined;
      this.keys?.add(`${folder}/${key}`);
    });
  }
}

const dot = 0x2e;
const temporary = Buffer.from('tmp');

function eachFolder(listing: Listing, visit: (node: TreeNode) => Promise<void>): Promise<void> {
  return each(listing, (node) => (node.type === 'dir' ? visit(node) : undefined));
}

async function each(listing: Listing, visit: (node: TreeNode) => Promise<void> | undefined | void): Promise<void> {
  try {
    for (let node = await listing.next(); node !== undefined; node = await listing.next()) await visit(node);
  } finally {
    listing.close();
  }
}
