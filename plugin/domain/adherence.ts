const hourMilliseconds = 3_600_000;

/**
 * The share of a time in which an account had a good restore point no older than its RPO: 0 to 1. Every hour counts, so
 * that a backup which came half a day late costs half a day and no more.
 * @param ends when good backups ended, in any order, also before the time begins.
 */
export function adherenceOf(ends: readonly Date[], rpoHours: number, from: Date, to: Date): number {
  const length = to.getTime() - from.getTime();
  if (length <= 0) return 1;
  let covered = 0;
  let until = from.getTime();
  for (const end of ends.map((date) => date.getTime()).toSorted((left, right) => left - right)) {
    const begin = Math.max(end, until);
    const reach = Math.min(end + rpoHours * hourMilliseconds, to.getTime());
    if (reach <= begin) continue;
    covered += reach - begin;
    until = reach;
  }
  return covered / length;
}

export interface Beginning {
  /** When there was first a place for its backups; undefined: there is none yet, and nothing is said in its favour. */
  readonly placeAt: Date | undefined;
  /** When the first good backup that is known of ended. */
  readonly firstGoodAt: Date | undefined;
  readonly rpoHours: number;
}

/**
 * From when an account is judged in the time from `from`: its first backup may take as long as any may be old, and a
 * customer of two days was not missed in the four weeks before.
 */
export function judgedFrom({ placeAt, firstGoodAt, rpoHours }: Beginning, from: Date): Date {
  if (placeAt === undefined) return from;
  const promised = placeAt.getTime() + rpoHours * hourMilliseconds;
  const begin = Math.min(promised, firstGoodAt?.getTime() ?? Infinity);
  return new Date(Math.max(from.getTime(), begin));
}
