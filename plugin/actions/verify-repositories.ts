import { Failure, isFailure } from '../domain/failure.ts';
import { planVerification } from '../domain/plan-verification.ts';
import type { VerifyReport } from '../protocol/proof.ts';
import type { Answer, Request } from '../protocol/requests.ts';
import type { AccountRepository } from './account-repository.ts';
import { chosenRepositories } from './chosen-repositories.ts';
import { checkAndNote, type VerifyDepth } from './check-and-note.ts';
import { chosenAccounts } from './find-account.ts';
import { isArchives } from './is-archives.ts';
import { repairRepository } from './repair-repository.ts';
import type { Performing, Services } from './services.ts';

type VerifyRequest = Extract<Request, { kind: 'verify' }>;

/**
 * Reads repositories back and keeps with each restore point what was found. A repository that another program has
 * locked waits for the next time. What is wrong with one keeps no other from its turn; the first such failure is thrown
 * afterwards.
 * @throws {Failure} `unknown-account`, `repository-missing`; with an account named also `repository-locked`.
 */
export async function verifyRepositories(performing: Performing, request: VerifyRequest): Promise<Answer<'verify'>> {
  const { services, signal } = performing;
  if (request.repair && request.from !== undefined) {
    const hint = 'larder copy --repair';
    throw new Failure('invalid-input', { field: 'repair', text: request.from, hint });
  }
  if (isArchives(services, request.from)) return verifyAllArchives(performing, request);
  const repositories: VerifyReport[] = [];
  const locked: string[] = [];
  const errors: unknown[] = [];
  for (const { found, depth } of await choose(services, request)) {
    signal.throwIfAborted();
    try {
      repositories.push(await verifyOne(performing, found, depth, request.repair));
    } catch (error) {
      if (request.account !== undefined || signal.aborted) throw error;
      const account = found.account.name;
      if (isFailure(error, 'repository-locked')) {
        locked.push(account);
        continue;
      }
      services.log.warn('not-verified', { account, error });
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return { repositories, locked };
}

async function verifyAllArchives(performing: Performing, { account, full }: VerifyRequest): Promise<Answer<'verify'>> {
  const { verifyArchives } = await import('./verify-archives.ts');
  const accounts = await chosenAccounts(performing.services, account);
  const repositories: VerifyReport[] = [];
  for (const one of accounts) repositories.push(await verifyArchives(performing, one, full));
  return { repositories, locked: [] };
}

interface Chosen {
  readonly found: AccountRepository;
  readonly depth: VerifyDepth;
}

/** With `due` only what the plan says that it is time for. */
async function choose(services: Services, { account, full, due, from }: VerifyRequest): Promise<Chosen[]> {
  const all = await chosenRepositories(services, account, from);
  if (!due) return all.map((found) => ({ found, depth: full ? 'full' : 'index' }));
  const checks = await services.verifications.lastChecks();
  const known = all.map(({ account: { generation }, destination }) => {
    const last = (depth: VerifyDepth): Date | undefined =>
      checks.find((check) => {
        return check.generation === generation && check.destination === destination && check.depth === depth;
      })?.finishedAt;
    return { generation, indexAt: last('index'), fullAt: last('full') };
  });
  const plan = planVerification(known, services.configuration.proof.verify.fullDays, services.clock.now());
  const pick = (generations: readonly string[], depth: VerifyDepth): Chosen[] =>
    generations.flatMap((generation) => {
      const found = all.find((repository) => repository.account.generation === generation);
      return found === undefined ? [] : [{ found, depth }];
    });
  return [...pick(plan.index, 'index'), ...pick(plan.full, 'full')];
}

async function verifyOne(
  performing: Performing,
  found: AccountRepository,
  depth: VerifyDepth,
  mayRepair: boolean,
): Promise<VerifyReport> {
  const { services } = performing;
  const begun = services.clock.elapsedMilliseconds();
  const checked = await checkAndNote(performing, found, depth);
  const repair = mayRepair && checked.result.damage.length > 0 ? await repairRepository(performing, found) : undefined;
  const last = repair?.after ?? checked;
  return {
    account: found.account.name,
    destination: found.destination,
    depth: repair === undefined ? depth : 'full',
    seconds: (services.clock.elapsedMilliseconds() - begun) / 1000,
    points: last.result.points,
    damagedPoints: last.damagedPoints,
    bytesRead: checked.result.bytesRead,
    damage: last.result.damage,
    repair: repair?.report,
  };
}
