import type { Account } from '../domain/account.ts';
import type { Draft } from '../domain/draft.ts';
import { isFailure } from '../domain/failure.ts';
import { countPlan, type PlanCounts } from '../domain/plan-counts.ts';
import type { PlanQuestion } from '../domain/stored-plan.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { LiveContent } from '../engine/live-content.ts';
import { readIndex } from '../engine/read-shelf.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Services } from './services.ts';
import { workOutPlan } from './work-out-plan.ts';

/** Of contents that must be read to tell whether they are the same. */
const mostBytes = 16 * 1024 * 1024;

export interface Foreseen {
  readonly draft: Draft;
  readonly point: string;
  /** Aborted when nobody waits for it any longer. */
  readonly signal: AbortSignal;
}

/**
 * What bringing back what was chosen, to where it was, would do at this moment. Undefined when that is not found out
 * until the signal is aborted, or cannot be: then the plan tells it.
 */
export async function foreseeDraft(
  services: Services,
  account: Account,
  wanted: Foreseen,
): Promise<PlanCounts | undefined> {
  const { paths, goesTo } = wanted.draft;
  if (paths.length === 0 || goesTo !== 'place') return undefined;
  try {
    const counts = workOut(services, account, wanted);
    return await Promise.race([counts, aborted(wanted.signal)]); // the index is read on, for whoever asks next
  } catch (error) {
    if (wanted.signal.aborted || isFailure(error)) return undefined; // what is wrong with it the plan says
    throw error;
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

async function workOut(
  services: Services,
  account: Account,
  { draft, point, signal }: Foreseen,
): Promise<PlanCounts | undefined> {
  const found = await findRepository(services, account);
  const repository = await openRepository(services, found);
  const snapshot = await findPoint(repository, point, account.name);
  const index = await readIndex(repository);
  const reader = new BlobReader(repository, index, 0);
  const content = new LiveContent(index, services.workspace, mostBytes);
  try {
    const ground = { services, account, found, repository, reader, content };
    const worked = await workOutPlan(ground, questionOf(draft, toPointLine(snapshot)), signal);
    return content.hasGivenUp ? undefined : countPlan(worked.entries, worked.same);
  } finally {
    content.close();
    reader.close();
  }
}

function questionOf({ paths, except, mode }: Draft, point: PlanQuestion['point'] & object): PlanQuestion {
  return { purpose: 'restore', point, selection: paths, target: '', mode, except };
}
