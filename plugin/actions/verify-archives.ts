import { pathOf } from '../archives/walk-archive.ts';
import type { Account } from '../domain/account.ts';
import { isFailure } from '../domain/failure.ts';
import { showPath } from '../domain/show-name.ts';
import type { VerifyReport } from '../protocol/proof.ts';
import { openAccountArchives, openArchive, type AccountArchives, type KnownArchive } from './account-archives.ts';
import { checkSealed } from './sealed-archive.ts';
import type { Performing, Services } from './services.ts';

/**
 * Reads an account's archives back: every index, and with `full` every byte, against its hash. What is damaged is in the
 * report. Of archives that only the account opens: whether they are what was sent. @throws {Failure} `no-archives`, `destination-unreachable`, `key-unusable`, `cancelled`.
 */
export async function verifyArchives(performing: Performing, account: Account, full: boolean): Promise<VerifyReport> {
  const { services } = performing;
  const begun = services.clock.elapsedMilliseconds();
  const open = await openAccountArchives(services, account);
  const damage: VerifyReport['damage'][number][] = [];
  let bytesRead = 0;
  for (const known of open.archives) {
    const found = await verifyOne(performing, open, known, full);
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

async function verifyOne(
  { services, signal }: Performing,
  open: AccountArchives,
  known: KnownArchive,
  full: boolean,
): Promise<Verified> {
  if (known.isOwn === true) return verifySealed(services, open, known, { full, signal });
  let bytesRead = 0;
  const paths: string[] = [];
  try {
    const archive = await openArchive(services, open, known);
    for await (const entry of archive.entries()) {
      signal.throwIfAborted();
      if (!full || entry.sha256 === undefined || entry.in !== 'this') continue;
      if (await isWhole(archive.read(entry))) bytesRead += entry.size;
      else if (paths.length < mostPaths) paths.push(showPath(pathOf(entry)));
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { bytesRead, paths };
  }
  return { bytesRead, paths: paths.length === 0 ? undefined : paths };
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
