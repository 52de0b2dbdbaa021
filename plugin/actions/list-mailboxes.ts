import type { Account } from '../domain/account.ts';
import { mailAddress } from '../domain/mailbox.ts';
import { isFailure } from '../domain/failure.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { findHome, findNode } from '../engine/home-tree.ts';
import { listTree, type Listing } from '../engine/listing.ts';
import { listLive } from '../engine/live-listing.ts';
import { LivePlaces } from '../engine/live-places.ts';
import { readMailbox, type MailboxContent } from '../engine/mailboxes.ts';
import { readIndex } from '../engine/read-shelf.ts';
import type { MailboxesReport, MailboxesRequest, MailboxLine } from '../protocol/mailboxes.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { findAccount } from './find-account.ts';
import { joinPath } from './home-path.ts';
import { countMailboxes, mailboxPaths } from './point-mailboxes.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Performing, Services } from './services.ts';

/**
 * Mailboxes as they lie in homes; where mail is kept elsewhere there are none. With a limit of 0 they are only counted,
 * which is quick however many files there are.
 * @throws {Failure} `unknown-account`, `unknown-restore-point`, `repository-damaged`.
 */
export async function listMailboxes(
  { services }: Performing,
  request: Omit<MailboxesRequest, 'kind'>,
): Promise<MailboxesReport> {
  const account = await findAccount(services, request.account);
  const repository = await openRepository(services, await findRepository(services, account));
  const reader = new BlobReader(repository, await readIndex(repository), 0);
  try {
    const snapshot = await findPoint(repository, request.point, account.name);
    const place = { account, repository, reader, snapshot };
    const point = toPointLine(snapshot);
    if (request.limit === 0) {
      return { account: account.name, point, total: await countMailboxes(services, place), mailboxes: [] };
    }
    const home = await findHome(reader, snapshot);
    const paths = (await mailboxPaths(services, place)).toSorted(byAddress);
    const mailboxes: MailboxLine[] = [];
    for (const path of paths.slice(request.offset, request.offset + request.limit)) {
      const { subtree } = await findNode(reader, home, path);
      if (subtree === undefined) continue;
      const then = await readMailbox(await listTree(reader, subtree), path.length === 1);
      mailboxes.push(compareMailbox(path, then, await readNow(services, account, path)));
    }
    return { account: account.name, point, total: paths.length, mailboxes };
  } finally {
    reader.close();
  }
}

function byAddress(one: readonly Buffer[], other: readonly Buffer[]): number {
  const [first, second] = [one, other].map((path) => namesOf(path).toReversed().join('@'));
  return (first ?? '') < (second ?? '') ? -1 : 1;
}

async function readNow(
  { files, workspace }: Services,
  account: Account,
  path: readonly Buffer[],
): Promise<MailboxContent | 'gone' | undefined> {
  const live = new LivePlaces(files, workspace.codec, account.home);
  const found = live.look(path);
  if (found === 'unknown') return undefined;
  if (found === 'gone' || found.type !== 'dir') return 'gone';
  try {
    const { uid: ownerUid, trustedUids } = account;
    const listing: Listing = listLive(live, path, { ownerUid, trustedUids: new Set(trustedUids) });
    return await readMailbox(listing, path.length === 1);
  } catch (error) {
    if (isFailure(error, 'home-unreadable')) return undefined;
    throw error;
  }
}

function compareMailbox(
  path: readonly Buffer[],
  then: MailboxContent,
  now: MailboxContent | 'gone' | undefined,
): MailboxLine {
  const isGone = now === 'gone';
  const keysNow = isGone ? new Set<string>() : now?.keys;
  return {
    path: joinPath(path).toString('base64'),
    address: mailAddress(namesOf(path)),
    messages: then.messages,
    bytes: then.bytes,
    messagesNow: isGone ? 0 : now?.messages,
    isGone,
    missing: countOthers(then.keys, keysNow),
    newer: countOthers(keysNow, then.keys),
  };
}

function countOthers(
  keys: ReadonlySet<string> | undefined,
  others: ReadonlySet<string> | undefined,
): number | undefined {
  if (keys === undefined || others === undefined) return undefined;
  let count = 0;
  for (const key of keys) if (!others.has(key)) count += 1;
  return count;
}

function namesOf(path: readonly Buffer[]): string[] {
  return path.map((name) => name.toString());
}
