/**
 * The default rotation written a second time, naively: with dates as text and by asking about every point. Only whole
 * points are looked at.
 */
export interface OraclePoint {
  readonly id: string;
  readonly time: number;
}

const known = new Map<string, string>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-29` as a clock in the zone shows it. */
function dayText(time: number, timeZone: string): string {
  const key = `${timeZone} ${time}`;
  const text = known.get(key) ?? formatOf(timeZone).format(time);
  known.set(key, text);
  return text;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, ...parts });
  formats.set(timeZone, format);
  return format;
}

function lastDayOfMonth(month: string): string {
  for (const day of ['31', '30', '29', '28']) {
    const text = `${month}-${day}`;
    if (new Date(`${text}T12:00:00Z`).toISOString().startsWith(text)) return text;
  }
  throw new Error(`${month} has no last day`);
}

function monthBefore(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, '0')}`;
}

/** The ids that the policy keeps on the day of `now`. */
export function oracleKeeps(points: readonly OraclePoint[], now: number, timeZone: string): Set<string> {
  const today = dayText(now, timeZone);
  const newestOfDay = new Map<string, OraclePoint>();
  for (const point of points) {
    const day = dayText(point.time, timeZone);
    const other = newestOfDay.get(day);
    if (other === undefined || point.time > other.time || (point.time === other.time && point.id > other.id)) {
      newestOfDay.set(day, point);
    }
  }
  const days = [...newestOfDay.keys()].toSorted();
  const keep = new Set<string>();
  for (const day of days.toReversed().slice(0, 12)) keep.add(newestOfDay.get(day)?.id ?? '');
  const keepMonth = (month: string): void => {
    const latest = days.filter((day) => day.startsWith(`${month}-`)).at(-1);
    if (latest !== undefined) keep.add(newestOfDay.get(latest)?.id ?? '');
  };
  let month = today.slice(0, 7);
  if (today !== lastDayOfMonth(month)) month = monthBefore(month);
  for (let count = 0; count < 3; count++, month = monthBefore(month)) keepMonth(month);
  keepMonth(`${Number(today.slice(0, 4)) - 1}-12`);
  return keep;
}
