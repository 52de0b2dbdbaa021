import { measureInRounds } from '../measure/rounds.ts';
import { measureScript } from '../measure/run-script.ts';
import { planAccounts } from '../workload/account-spec.ts';
import { generateAccounts } from '../workload/generate.ts';
import { calmDown, homesOf, keepFirstNight, passDays } from './keepers.ts';
import type { MemoryDetail } from '../measure/sample-memory.ts';
import type { Runs } from '../measure/rounds.ts';
import type { Bench } from './scenario.ts';

export interface Nights {
  /** Whether a day of changes passes before each night. */
  readonly changes: boolean;
  readonly memory: MemoryDetail;
}

/** Measures nights after an unmeasured first one. All tools see the same homes in each round. */
export async function measureNights(bench: Bench, { changes, memory }: Nights): Promise<Runs> {
  const accounts = planAccounts(homesOf(bench), bench.size);
  await generateAccounts(homesOf(bench), accounts, bench.stage.signal);
  const keepers = await keepFirstNight(accounts, bench);
  return measureInRounds(keepers, bench.rounds, {
    before: async (round) => {
      if (changes) await passDays('day', accounts, round, bench);
    },
    turn: async (keeper, round) => {
      bench.say(`${keeper.name}: night ${String(round)} of ${String(bench.rounds)}`);
      await calmDown(homesOf(bench), bench);
      return measureScript(keeper.backUp(), bench.stage, memory);
    },
  });
}
