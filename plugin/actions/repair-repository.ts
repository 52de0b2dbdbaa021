import type { ObjectStore } from '../contracts/object-store.ts';
import { isFailure } from '../domain/failure.ts';
import { runCheck } from '../engine/check.ts';
import type { CheckRun } from '../engine/check-run.ts';
import { disownLost, type DisownResult } from '../engine/disown-lost.ts';
import { healFromCopies } from '../engine/heal-from-copies.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import type { Repository } from '../engine/repository.ts';
import type { RepairReport } from '../protocol/proof.ts';
import { openRepository, type AccountRepository } from './account-repository.ts';
import { backUpAccount } from './back-up-account.ts';
import { uncached } from './recovery-places.ts';
import type { Performing, Services } from './services.ts';
import { checkAndNote, type CheckedRepository } from './check-and-note.ts';

export interface Repaired {
  readonly report: RepairReport;
  /** How the repository is now. */
  readonly after: CheckedRepository;
}

/**
 * Mends what can be mended: what copies at other destinations still have comes back, what is lost then is taken out of the
 * index, the home is backed up, which reads again what it still has, and the repository is read in full once more. What
 * neither a copy nor the home has stays lost.
 * @throws {Failure} `repository-locked` when somebody else works in it; what a backup throws.
 */
export async function repairRepository(performing: Performing, found: AccountRepository): Promise<Repaired> {
  const { services, onProgress, signal } = performing;
  const before = await checkAndNote(performing, found, 'full');
  const { healed, disowned } = await healAndDisown(performing, found);
  const order = { account: found.account, kind: 'nightly', paths: [], label: undefined, expected: undefined } as const;
  await backUpAccount(services, order, onProgress, signal);
  const after = await checkAndNote(performing, found, 'full');
  const healedPoints = Math.max(0, before.damagedPoints - after.damagedPoints);
  const { blobsSaved: saved, blobsLost: lost } = disowned;
  return { report: { fromCopies: healed, saved, lost, healedPoints }, after };
}

/** Checked again under the exclusive lock: only then is it known that nobody adds what is being looked at. */
async function healAndDisown(
  { services, signal }: Performing,
  found: AccountRepository,
): Promise<{ readonly healed: number; readonly disowned: DisownResult }> {
  const repository = await openRepository(services, found);
  const lock = await lockRepository(repository, true, services.locker);
  try {
    const run = await read(services, repository, signal);
    const healed = await healFromCopies(run, lock, await copiesOf(services, found), signal);
    const then = healed === 0 ? run : await read(services, repository, signal);
    return { healed, disowned: await disownLost(then, lock, signal) };
  } finally {
    await lock.release();
  }
}

async function read({ locker }: Services, repository: Repository, signal: AbortSignal): Promise<CheckRun> {
  return (await runCheck(repository, { readData: true, locker, signal })).run;
}

/** Copies with the same keys. One that cannot be opened is none. */
async function copiesOf(
  services: Services,
  { account, destination, repositoryId }: AccountRepository,
): Promise<ObjectStore[]> {
  const stores: ObjectStore[] = [];
  for (const other of services.configuration.destinations) {
    if (other.name === destination) continue;
    const record = await services.records.findRepository(account.generation, other.name);
    if (record?.repositoryId !== repositoryId) continue;
    try {
      stores.push(await services.openStore(uncached(other, record.folder)));
    } catch (error) {
      if (!isFailure(error)) throw error;
    }
  }
  return stores;
}
