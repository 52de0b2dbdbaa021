import type { DrillRecord } from '../contracts/drills.ts';
import { compareDrillStates, drillStateOf } from '../domain/drill-state.ts';
import type { DrillLine } from '../protocol/drills.ts';
import type { Answer } from '../protocol/requests.ts';
import { reportOf } from './drill-report.ts';
import { knownAccounts } from './find-account.ts';
import { namesWithOwnKey } from './own-key.ts';
import type { Services } from './services.ts';

/** Every account with its newest drill; whose time is over first. */
export async function tellServerDrills(services: Services): Promise<Answer<'server-drills'>> {
  const { drills, records, configuration, clock } = services;
  const { days } = configuration.proof.drills;
  const accounts = await knownAccounts(services);
  const [last, runs, sealed] = await Promise.all([
    drills.last(),
    records.lastRuns(),
    namesWithOwnKey(services, accounts),
  ]);
  const now = clock.now();
  const lines = accounts.map(({ name, generation }) => {
    const newest = last.get(generation)?.newest;
    const known = { newest, hasBackup: runs.has(generation), isSealed: sealed.includes(name) };
    return { account: name, state: drillStateOf(known, days, now), newest: newest && toLine(newest) };
  });
  const byName = lines.toSorted((left, right) => (left.account < right.account ? -1 : 1));
  return {
    days,
    accounts: byName.toSorted((left, right) =>
      compareDrillStates(
        { state: left.state, at: left.newest?.at ?? '' },
        { state: right.state, at: right.newest?.at ?? '' },
      ),
    ),
  };
}

function toLine(record: DrillRecord): DrillLine {
  const { id, point, pointTime, outcome, seconds, rtoSeconds, isWithinRto, problems } = reportOf(record);
  const told = { id, point, pointTime, outcome, seconds, rtoSeconds, isWithinRto };
  return { ...told, at: record.finishedAt.toISOString(), problem: problems[0], problems: problems.length };
}
