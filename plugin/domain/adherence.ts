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
