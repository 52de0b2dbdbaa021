import { archiveNameOrMoment } from '../domain/plan-archive.ts';
import { Failure } from '../domain/failure.ts';
import type { PointLine } from '../protocol/requests.ts';

/**
 * The restore point that is meant: by its id or the beginning of it, `latest`, or the newest one not after an ISO time.
 * Safety copies hold only parts of a home, so that nothing but their own ids names them.
 * @param hint where to look. @throws {Failure} `unknown-restore-point`, also for a beginning of several ids.
 */
export function choosePoint(points: readonly PointLine[], asked: string, hint: string): PointLine {
  const isId = /^[0-9a-f]{8,64}$/.test(asked) || archiveNameOrMoment.test(asked);
  const found = isId ? pickById(points, asked) : pickByTime(points, asked);
  if (found !== undefined) return found;
  throw new Failure('unknown-restore-point', { text: asked, hint });
}

function pickById(points: readonly PointLine[], beginning: string): PointLine | undefined {
  const found = points.filter(({ id }) => id.startsWith(beginning));
  return found.length === 1 ? found[0] : undefined;
}

function pickByTime(points: readonly PointLine[], asked: string): PointLine | undefined {
  const limit = asked === 'latest' ? Infinity : Date.parse(asked);
  return points
    .filter(({ kind, time }) => kind !== 'before-restore' && kind !== 'database' && Date.parse(time) <= limit)
    .toSorted((left, right) => Date.parse(right.time) - Date.parse(left.time))[0];
}
