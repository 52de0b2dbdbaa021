import { findBigChanges } from '../presenters/big-change.ts';
import { presentMonth } from '../presenters/month.ts';
import { groupByDay } from '../presenters/timeline.ts';
import { homePoints } from '../presenters/when.ts';
import { page, redirect, type Reply } from '../reply.ts';
import type { AccountVisit } from '../visit.ts';
import { choosePoint, listPoints } from './restore.ts';

/** One month of backups as a calendar, and the times of one day. */
export async function showMonth(visit: AccountVisit): Promise<Reply> {
  const { query, formats, now, say, link } = visit;
  const points = homePoints(await listPoints(visit));
  if (points.length === 0) return redirect(link('/restore'));
  const point = choosePoint(points, query('at'));
  const days = groupByDay(points, formats);
  const chosen = formats.day(point.time);
  const month = /^\d{4}-(?:0[1-9]|1[0-2])$/.test(query('month') ?? '') ? (query('month') ?? '') : chosen.slice(0, 7);
  const today = formats.day(now.toISOString());
  return page('month', {
    title: say('month.title'),
    calendar: presentMonth({ month, days, big: findBigChanges(points), chosen, today }),
    day: days.find(({ date }) => date === chosen),
    point,
    draft: query('draft'),
  });
}
