import type { IndexedEntry } from '../archives/archived-entry.ts';
import type { ReadableArchive } from '../archives/open-archive.ts';
import { pathOf } from '../archives/walk-archive.ts';
import type { Account } from '../domain/account.ts';
import { isFailure } from '../domain/failure.ts';
import { showPath } from '../domain/show-name.ts';
import type { VerifyReport } from '../protocol/proof.ts';
import {
  openAccountArchives,
  openArchive,
  requireChain,
  type AccountArchives,
  type KnownArchive,
} from './account-archives.ts';
import { checkSealed } from './sealed-archive.ts';
import type { Performing, Services } from './services.ts';

/**
 * Reads an account's archives back: every index, and with `full` every file, against its hash, and what stands
 * behind the files in each zip, without which stock tools open none. What is damaged is in the
 * report, as is every differential one whose full one is missing, is shorter than it was, or lost a file that it needs. Of archives that only the account opens: whether they are what was sent. @throws {Failure} `no-archives`, `destination-unreachable`, `key-unusable`, `cancelled`.
 */
export async function verifyArchives(performing: Performing, account: Account, full: boolean): Promise<VerifyReport> {
  const { services } = performing;
  const begun = services.clock.elapsedMilliseconds();
  const open = await openAccountArchives(services, account);
  const damage: VerifyReport['damage'][number][] = [];
  const lost: LostFiles = new Map();
  let bytesRead = 0;
  for (const known of open.archives) {
    const found = await verifyOne(performing, open, known, full ? lost : undefined);
    bytesRead += found.bytesRead;
    if (found.paths !== undefined) {
      damage.push({ kind: 'archive-damaged', object: known.name, points: [known.name], paths: found.paths });
    }
  }
  return {
    account: account.name,
    destination: open.destination,
    depth: full ? 'full' : 'index',
    seconds: (services.clock.elapsedMilliseconds() - begun) / 1000,
    points: open.archives.length,
    damagedPoints: damage.length,
    bytesRead,
    damage,
    repair: undefined,
  };
}

interface Verified {
  readonly bytesRead: number;
  /** Undefined when all is well; what is lost, as far as anybody can tell, otherwise. */
  readonly paths: readonly string[] | undefined;
}

const mostPaths = 20;

/** Of each full archive that was read to its end: the names of its files that are damaged. */
type LostFiles = Map<string, ReadonlySet<string>>;

/** @param lost what was found in full archives before this one; undefined: no file is read. */
async function verifyOne(
  { services, signal }: Performing,
  open: AccountArchives,
  known: KnownArchive,
  lost: LostFiles | undefined,
): Promise<Verified> {
  if (known.isOwn === true) return verifySealed(services, open, known, { full: lost !== undefined, signal });
  const tally: Tally = { bytesRead: 0, end: 0, lost: new Set(), paths: [] };
  try {
    const archive = await openArchive(services, open, known, 'anew');
    requireChain(open, known, archive);
    const lostInFull = lost?.get(known.full ?? '');
    for await (const entry of archive.entries()) {
      signal.throwIfAborted();
      if (lost !== undefined) await verifyEntry(archive, entry, lostInFull, tally);
    }
    lost?.set(known.name, tally.lost);
    if (lost !== undefined) for await (const _ of archive.readRest(tally.end)) signal.throwIfAborted();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return tally;
  }
  return tally.lost.size === 0 ? { ...tally, paths: undefined } : tally;
}

interface Tally {
  bytesRead: number;
  /** In the archive's own zip: nothing that was read ends later. */
  end: number;
  readonly lost: Set<string>;
  readonly paths: string[];
}

/** What was read with the full archive is not read again for each that differs from it. */
async function verifyEntry(
  archive: ReadableArchive,
  entry: IndexedEntry,
  lostInFull: ReadonlySet<string> | undefined,
  tally: Tally,
): Promise<void> {
  if (entry.sha256 === undefined) return;
  const { place } = entry;
  if (entry.in === 'this' && place !== undefined) tally.end = Math.max(tally.end, place.offset + place.compressedBytes);
  const isRead = entry.in === 'this' || lostInFull === undefined;
  if (isRead ? await isWhole(archive.read(entry)) : !lostInFull.has(entry.name)) {
    tally.bytesRead += isRead ? entry.size : 0;
    return;
  }
  tally.lost.add(entry.name);
  if (tally.paths.length < mostPaths) tally.paths.push(showPath(pathOf(entry)));
}

/** This server cannot open it; whether it is what was sent, it can tell. */
async function verifySealed(
  services: Services,
  open: AccountArchives,
  known: KnownArchive,
  how: { readonly full: boolean; readonly signal: AbortSignal },
): Promise<Verified> {
  try {
    const bytesRead = await checkSealed(services, open, known, how);
    return { bytesRead: bytesRead ?? 0, paths: bytesRead === undefined ? [] : undefined };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { bytesRead: 0, paths: [] };
  }
}

/** What is missing at the destination is damaged, too: a differential archive without its full one. */
function isDamage(error: unknown): boolean {
  return isFailure(error, 'archive-damaged') || isFailure(error, 'not-found');
}

/** Whether a file of an archive can be read to its end, and holds what was archived. */
export async function isWhole(content: AsyncIterable<Buffer>): Promise<boolean> {
  try {
    for await (const _ of content);
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}
