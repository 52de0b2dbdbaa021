import type { CatalogEntry } from '../contracts/catalog.ts';
import { Failure } from '../domain/failure.ts';
import { showPath } from '../domain/show-name.ts';
import { contentIdentity } from '../engine/node-identity.ts';
import { isSameAsLive, LivePlaces, type LiveNode } from '../engine/live-places.ts';
import type { VersionLine } from '../protocol/history.ts';
import type { Answer, PathBytes } from '../protocol/requests.ts';
import { findAccount } from './find-account.ts';
import { parseHomePath } from './home-path.ts';
import { isoSeconds } from './iso-seconds.ts';
import { groupVersions, withoutSafetyCopies, type PathVersion } from './point-versions.ts';
import type { Performing } from './services.ts';
import { withCatalog } from './with-catalog.ts';

/** The contents that a path had, newest first. @throws {Failure} `not-found` when no restore point holds it. */
export async function listVersions(
  { services, signal }: Performing,
  request: { account: string; path: PathBytes },
): Promise<Answer<'versions'>> {
  const account = await findAccount(services, request.account);
  const path = parseHomePath(request.path, account.home);
  const intervals = await withCatalog(services, account, signal, (catalog) => catalog.history(path));
  if (intervals === undefined) throw new Failure('not-found', { path: showPath(path) });
  const live = new LivePlaces(services.files, services.workspace.codec, account.home).look(path);
  const versions = groupVersions(withoutSafetyCopies(intervals)).toReversed();
  return { account: account.name, path: request.path, versions: versions.map((version) => toLine(version, live)) };
}

function toLine({ entry, first, last }: PathVersion, live: LiveNode): VersionLine {
  return {
    type: entry.type,
    sizeBytes: entry.sizeBytes,
    modified: isoSeconds(entry.modified.seconds),
    point: last.id,
    lastTime: last.time.toISOString(),
    firstPoint: first.id,
    firstTime: first.time.toISOString(),
    now: compare(entry, live),
  };
}

function compare(entry: CatalogEntry, live: LiveNode): VersionLine['now'] {
  if (live === 'unknown') return undefined;
  if (live === 'gone') return 'gone';
  const { type, sizeBytes, modified, content } = entry;
  if (type !== 'symlink') return isSameAsLive({ ...live, type, sizeBytes, modified }, live) ? 'same' : 'changed';
  const isSame = live.type === 'symlink' && Buffer.compare(contentIdentity(live), content) === 0;
  return isSame ? 'same' : 'changed';
}
