const minute = 60_000;
const hour = 60 * minute;
/** After the first try, the second, and so on: a mail server that is down for a night loses nothing. */
const delays = [minute, 5 * minute, 15 * minute, hour, 3 * hour, 6 * hour, 12 * hour, 24 * hour];

/** When a mail that could not be sent is tried again; undefined: not any more. @param attempts made so far, from 1. */
export function planMailRetry(attempts: number, isFinal: boolean, now: Date): Date | undefined {
  const delay = isFinal ? undefined : delays[attempts - 1];
  return delay === undefined ? undefined : new Date(now.getTime() + delay);
}
