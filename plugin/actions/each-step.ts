import type { Log } from '../contracts/log.ts';

/** Something to be done at each turn; a number that it gives counts what was put into the queue. */
export type Step = () => Promise<number | void>;

/**
 * Does each step in turn, also when one before it failed: that is logged as `house-not-kept` with the step's name, and is
 * tried again at the next turn. @returns the sum of what the others gave.
 */
export async function eachStep(log: Log, steps: { readonly [name: string]: Step }): Promise<number> {
  let sum = 0;
  for (const [step, work] of Object.entries(steps)) {
    try {
      sum += (await work()) ?? 0;
    } catch (error) {
      log.error('house-not-kept', { step, error });
    }
  }
  return sum;
}
