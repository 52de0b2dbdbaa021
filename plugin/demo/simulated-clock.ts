import type { Clock } from '../contracts/clock.ts';

/** A clock that is set to moments of the demo's past, and goes on from there. */
export interface SimulatedClock extends Clock {
  set(at: Date): void;
}

/** @param real tells how much time passes. */
export function createSimulatedClock(real: Clock, start: Date): SimulatedClock {
  let at = start.getTime();
  let since = real.elapsedMilliseconds();
  return {
    now: () => new Date(at + Math.floor(real.elapsedMilliseconds() - since)),
    elapsedMilliseconds: () => real.elapsedMilliseconds(),
    set(moment) {
      at = moment.getTime();
      since = real.elapsedMilliseconds();
    },
  };
}
