import type { PointLine } from '../protocol/requests.ts';
import { shortId } from './backup-lines.ts';
import type { Page } from './page.ts';

/** Which restore point is meant, and why when it was asked for by a time. */
export function describePoint(point: PointLine, notAfter: string | undefined, page: Page): string {
  const facts = { time: page.at(point.time), ago: page.ago(point.time), id: shortId(point.id) };
  if (notAfter === undefined) return page.texts.say('point.from', facts);
  return page.texts.say('point.nearestBefore', { ...facts, asked: page.at(notAfter) });
}
