import { isFailure } from '../../domain/failure.ts';
import type { LookReport } from '../../protocol/look.ts';
import { fromAddress, parentOf, showParts, toAddress } from '../paths.ts';
import { presentLook } from '../presenters/look.ts';
import { page, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { AccountVisit } from '../visit.ts';
import { errorWords } from './error.ts';

/** Looking into one file as it was, beside what it is now. Staff may not. */
export const lookRoutes: readonly Route[] = [
  { method: 'GET', path: '/look', access: 'customer', answer: showLook },
  { method: 'GET', path: '/look/image', access: 'customer', answer: showImage },
];

async function showLook(visit: AccountVisit): Promise<Reply> {
  const { account, ask, formats, say, query } = visit;
  const path = fromAddress(query('path'));
  const point = query('point') ?? 'latest';
  if (path === undefined || point === 'now') return errorWords('missing', 404, visit);
  const then = await ask({ kind: 'look', account, point, path });
  const now = await lookNow(visit, path);
  const { folder, name } = showParts(path);
  const at = then.point?.id ?? point;
  return page('look', {
    title: say('look.title'),
    name,
    folder,
    path: toAddress(path),
    parent: toAddress(parentOf(path)),
    point: at,
    when: formats.date(then.point?.time ?? '', 'weekdayTime'),
    size: formats.bytes(then.sizeBytes),
    modified: formats.date(then.modified, 'shortTime'),
    now:
      now === undefined
        ? undefined
        : { size: formats.bytes(now.sizeBytes), modified: formats.date(now.modified, 'shortTime') },
    shown: presentLook(then, now),
  });
}

/** Undefined when it is not there any more. */
async function lookNow({ account, ask }: AccountVisit, path: string): Promise<LookReport | undefined> {
  try {
    return await ask({ kind: 'look', account, point: 'now', path });
  } catch (error) {
    if (isFailure(error, 'not-found') || isFailure(error, 'home-unreadable')) return undefined;
    throw error;
  }
}

/** The picture itself: its kind is what its bytes are, and whatever is in it can do nothing. */
async function showImage(visit: AccountVisit): Promise<Reply> {
  const { account, ask, query } = visit;
  const path = fromAddress(query('path'));
  if (path === undefined) return errorWords('missing', 404, visit);
  const { content } = await ask({ kind: 'look', account, point: query('point') ?? 'latest', path });
  if (content.kind !== 'image') return errorWords('missing', 404, visit);
  const bytes = Buffer.from(content.bytes, 'base64');
  return {
    kind: 'bytes',
    headers: {
      'Content-Type': content.mediaType,
      'Content-Length': String(bytes.length),
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Content-Disposition': 'inline',
    },
    write: (sink) => sink(bytes),
  };
}
