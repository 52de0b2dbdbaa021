import { Failure } from '../domain/failure.ts';
import type { Answer } from '../protocol/requests.ts';
import { reportOf } from './drill-report.ts';
import type { Services } from './services.ts';
import { tellProven } from './tell-proven.ts';

/** Among so many drills of the account the one before is looked for. */
const looked = 200;

/** One drill that was done, and what was before. @throws {Failure} `unknown-drill`, also for another server's. */
export async function showDrill(services: Services, id: string): Promise<Answer<'show-drill'>> {
  const found = await services.drills.find(id);
  if (found === undefined) throw new Failure('unknown-drill', { text: id, hint: 'larder drills' });
  const others = await services.drills.list(found.generation, looked);
  const before = others.find(({ finishedAt }) => finishedAt.getTime() < found.finishedAt.getTime());
  return {
    drill: reportOf(found),
    before: before && { id: before.id, at: before.finishedAt.toISOString(), outcome: before.outcome },
    proven: await tellProven(services, found),
  };
}
