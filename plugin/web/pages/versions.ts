import { isFailure } from '../../domain/failure.ts';
import type { VersionLine } from '../../protocol/history.ts';
import { fromAddress, parentOf, showParts, toAddress } from '../paths.ts';
import { presentVersions } from '../presenters/versions.ts';
import { page, type Reply } from '../reply.ts';
import type { AccountVisit } from '../visit.ts';
import { errorWords } from './error.ts';

/** All contents that one path had. */
export async function showVersions(visit: AccountVisit): Promise<Reply> {
  const { ask, account, query, formats, now } = visit;
  const path = fromAddress(query('path'));
  if (path === undefined || path === '') return errorWords('missing', 404, visit);
  const lines = await versionsOf(() => ask({ kind: 'versions', account, path }));
  if (lines.length === 0) return errorWords('missing', 404, visit);
  const { folder, name } = showParts(path);
  return page('versions', {
    title: name,
    folder,
    name,
    path: toAddress(path),
    above: toAddress(parentOf(path)),
    draft: query('draft'),
    at: query('at'),
    ...presentVersions(lines, formats, now),
  });
}

async function versionsOf(ask: () => Promise<{ versions: readonly VersionLine[] }>): Promise<readonly VersionLine[]> {
  try {
    return (await ask()).versions;
  } catch (error) {
    if (isFailure(error, 'not-found')) return [];
    throw error;
  }
}
