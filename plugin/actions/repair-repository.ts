import { runCheck } from '../engine/check.ts';
import { disownLost, type DisownResult } from '../engine/disown-lost.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import type { RepairReport } from '../protocol/proof.ts';
import { openRepository, type AccountRepository } from './account-repository.ts';
import { backUpAccount } from './back-up-account.ts';
import type { Performing } from './services.ts';
import { checkAndNote, type CheckedRepository } from './check-and-note.ts';

export interface Repaired {
  readonly report: RepairReport;
  /** How the repository is now. */
  readonly after: CheckedRepository;
}

/**
 * Mends what can be mended: what is lost is taken out of the index, the home is backed up, which reads again what it
 * still has, and the repository is read in full once more. What the home has no more stays lost.
 *
 * Copies at other destinations could give back the rest: they belong between the first and the second step.
 * @throws {Failure} `repository-locked` when somebody else works in it; what a backup throws.
 */
export async function repairRepository(performing: Performing, found: AccountRepository): Promise<Repaired> {
  const { services, onProgress, signal } = performing;
  const before = await checkAndNote(performing, found, 'full');
  const disowned = await disown(performing, found);
  const order = { account: found.account, kind: 'nightly', paths: [], label: undefined, expected: undefined } as const;
  await backUpAccount(services, order, onProgress, signal);
  const after = await checkAndNote(performing, found, 'full');
  const healedPoints = Math.max(0, before.damagedPoints - after.damagedPoints);
  return { report: { saved: disowned.blobsSaved, lost: disowned.blobsLost, healedPoints }, after };
}

/** Checked again under the exclusive lock: only then is it known that nobody adds what is being looked at. */
async function disown({ services, signal }: Performing, found: AccountRepository): Promise<DisownResult> {
  const repository = await openRepository(services, found);
  const lock = await lockRepository(repository, true, services.locker);
  try {
    const { run } = await runCheck(repository, { readData: true, locker: services.locker, signal });
    return await disownLost(run, lock, signal);
  } finally {
    await lock.release();
  }
}
