import type { Measurement } from './measurement.ts';
import type { Keeper } from '../peers/tool.ts';

export type Runs = ReadonlyMap<Keeper, readonly Measurement[]>;

/** What happens in each round; rounds are counted from 1. */
export interface RoundSteps {
  /** Before any tool's turn: what is the same for all. */
  readonly before?: (round: number) => Promise<void>;
  readonly turn: (keeper: Keeper, round: number) => Promise<Measurement>;
}

/** A B C, A B C, A B C: what disturbs the machine for a while disturbs all tools alike. */
export async function measureInRounds(keepers: readonly Keeper[], rounds: number, steps: RoundSteps): Promise<Runs> {
  const runs = new Map(keepers.map((keeper): [Keeper, Measurement[]] => [keeper, []]));
  for (let round = 1; round <= rounds; round += 1) {
    await steps.before?.(round);
    for (const [keeper, measurements] of runs) measurements.push(await steps.turn(keeper, round));
  }
  return runs;
}
