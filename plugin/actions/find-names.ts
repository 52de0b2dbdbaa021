import type { Catalog, FoundName } from '../contracts/catalog.ts';
import { Failure } from '../domain/failure.ts';
import { parseShownName } from '../domain/parse-shown-name.ts';
import type { Answer } from '../protocol/requests.ts';
import type { FindLine } from '../protocol/history.ts';
import { findAccount } from './find-account.ts';
import { joinPath } from './home-path.ts';
import { isoSeconds } from './iso-seconds.ts';
import { groupVersions, newestPoints, withoutSafetyCopies } from './point-versions.ts';
import { requirePoint } from './restore-points.ts';
import type { Performing } from './services.ts';
import { withCatalog } from './with-catalog.ts';

/**
 * Paths whose last part contains what was asked for, over all restore points or in one. The name may be written as
 * names are shown, with escapes.
 * @throws {Failure} `invalid-input` for an empty name; `unknown-restore-point`.
 */
export async function findNames(
  { services, signal }: Performing,
  request: { account: string; name: string; point: string | undefined; limit: number },
): Promise<Answer<'find'>> {
  const text = parseShownName(request.name);
  if (text.length === 0) throw new Failure('invalid-input', { field: 'name', text: '', hint: 'larder find menu.pdf' });
  const account = await findAccount(services, request.account);
  return withCatalog(services, account, signal, (catalog) => {
    const points = catalog.points();
    const point = request.point === undefined ? undefined : requirePoint(points, request.point, account.name).id;
    const isPattern = /[*?]/.test(request.name);
    const { names, isComplete } = catalog.find({ text, isPattern, point, limit: request.limit });
    return { account: account.name, matches: toLines(catalog, names, point !== undefined), isComplete };
  });
}

/** @param all safety copies, too: somebody asked about one restore point, which may be one. */
function toLines(catalog: Catalog, names: readonly FoundName[], all: boolean): FindLine[] {
  const newest = newestPoints(catalog.points());
  return names.flatMap(({ path, intervals }) =>
    toLine({ path, intervals: all ? intervals : withoutSafetyCopies(intervals) }, newest),
  );
}

function toLine({ path, intervals }: FoundName, newest: ReadonlySet<string>): FindLine[] {
  const versions = groupVersions(intervals);
  const [first, last] = [versions[0], versions.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [
    {
      path: joinPath(path.map((part) => Buffer.from(part))).toString('base64'),
      type: last.entry.type,
      sizeBytes: last.entry.sizeBytes,
      modified: isoSeconds(last.entry.modified.seconds),
      firstPoint: first.first.id,
      firstTime: first.first.time.toISOString(),
      lastPoint: last.last.id,
      lastTime: last.last.time.toISOString(),
      versions: versions.length,
      isInNewest: intervals.some(({ points }) => points.some(({ id }) => newest.has(id))),
    },
  ];
}
