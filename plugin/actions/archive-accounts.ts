import type { Account } from '../domain/account.ts';
import { tellFailure } from '../domain/carried-failure.ts';
import { isFailure } from '../domain/failure.ts';
import type { ArchiveReport } from '../protocol/archives.ts';
import type { AccountFailure } from '../protocol/upkeep.ts';
import type { Answer, Request } from '../protocol/requests.ts';
import { archiveAccount, type ArchiveWish } from './archive-account.ts';
import { recordedAsBackup } from './archive-own.ts';
import { endOrphanUploads } from './end-orphan-uploads.ts';
import { findAccount, knownAccounts } from './find-account.ts';
import { ownKeyOf } from './own-key.ts';
import { claimDestination } from './owner-marker.ts';
import { rotateArchives } from './rotate-archives.ts';
import { chosenDestination, type Performing, type Services } from './services.ts';

/**
 * Archives one account, or all. @param isByHand in the place of a backup that somebody asked for. What one fails with keeps no other from its turn, and its old archives stay.
 * @throws {Failure} `unknown-account`, `no-archives`, `destination-refused`, `destination-unreachable`, `cancelled`; with one account also what its archive fails with.
 */
export async function archiveAccounts(
  performing: Performing,
  request: Omit<Extract<Request, { kind: 'archive' }>, 'kind'>,
  isByHand = false,
): Promise<Answer<'archive'>> {
  const { services } = performing;
  const wish = { isFullAsked: request.full, isByHand };
  await claim(services);
  await endOrphanUploads(services);
  if (request.account !== undefined) {
    const account = await findAccount(services, request.account);
    return { archives: [await archiveAndRotate(performing, account, wish)], failures: [] };
  }
  const archives: ArchiveReport[] = [];
  const failures: AccountFailure[] = [];
  for (const account of await knownAccounts(services)) {
    performing.signal.throwIfAborted();
    try {
      archives.push(await archiveAndRotate(performing, account, wish));
    } catch (error) {
      if (!isFailure(error) || error.code === 'cancelled') throw error;
      failures.push({ account: account.name, ...tellFailure(error) });
    }
  }
  return { archives, failures };
}

/** @throws {Failure} `no-archives`; `destination-refused` when the place is another server's. */
async function claim(services: Services): Promise<void> {
  const { destination } = services.archives;
  if (destination === undefined) await services.archives.openStore(); // says that there is none
  else await claimDestination(services, chosenDestination(services.configuration, destination));
}

/** Nothing goes before the new archive was read back. */
async function archiveAndRotate(performing: Performing, account: Account, wish: ArchiveWish): Promise<ArchiveReport> {
  const { services } = performing;
  const archive = (): Promise<ArchiveReport> => makeAndRotate(performing, account, wish);
  return (await ownKeyOf(services, account)) === undefined ? archive() : recordedAsBackup(services, account, archive);
}

async function makeAndRotate(performing: Performing, account: Account, wish: ArchiveWish): Promise<ArchiveReport> {
  const made = await archiveAccount(performing, account, wish);
  return { ...made, removed: await rotateArchives(performing.services, account, made.archive) };
}
