import { isClockSteady } from '../domain/guard-retention.ts';
import { openZoneCalendar } from '../domain/zone-calendar.ts';
import type { Services } from './services.ts';

/** How many days on which this server worked are looked at to judge its clock. */
const daysLooked = 40;
const hour = 3_600_000;

/** Remembers that this server worked today, for the next time its clock is judged: after whatever was judged by it. */
export async function noteWorkedDay({
  timetable,
  clock,
  configuration,
}: Pick<Services, 'timetable' | 'clock' | 'configuration'>): Promise<void> {
  await timetable.noteDay(openZoneCalendar(configuration.schedule.timeZone).dayOf(clock.now().getTime()));
}

/**
 * Whether the clock can be trusted to say what is old.
 * @param times when what may be forgotten was made: nothing is made in the future.
 */
export async function isClockTrusted(
  { timetable, clock, configuration }: Pick<Services, 'timetable' | 'clock' | 'configuration'>,
  times: readonly number[],
): Promise<boolean> {
  const now = clock.now().getTime();
  const days = await timetable.workedDays(daysLooked);
  const calendar = openZoneCalendar(configuration.schedule.timeZone);
  return isClockSteady(days, now, calendar) && times.every((time) => time <= now + hour);
}
