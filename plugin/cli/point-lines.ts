import type { PointLine } from '../protocol/requests.ts';
import type { Page } from './page.ts';
import { shortId, showText } from './show-text.ts';

/** Which restore point is meant, why when it was asked for by a time, and what of it is known to be lost. */
export function describePoint(point: PointLine, notAfter: string | undefined, page: Page): readonly string[] {
  return [namePoint(point, notAfter, page), ...describeDamage(point, page)];
}

const pathsShown = 3;

function describeDamage({ damage }: PointLine, page: Page): string[] {
  if (damage === undefined) return [];
  const { texts, paint } = page;
  const paths = damage.paths.slice(0, pathsShown).map((path) => {
    return paint('grey', `    ${texts.say('point.lost', { path: showText(path) })}`);
  });
  const { nearestGood } = damage;
  const good =
    nearestGood === undefined
      ? texts.say('point.noneGood')
      : texts.say('point.nearestGood', { id: shortId(nearestGood) });
  const sentence = texts.say('point.damaged', { since: page.at(damage.since) });
  return [page.mark('bad', `${sentence} ${good}`), ...paths];
}

function namePoint(point: PointLine, notAfter: string | undefined, page: Page): string {
  const facts = { time: page.at(point.time), ago: page.ago(point.time), id: shortId(point.id) };
  if (notAfter === undefined) return page.texts.say('point.from', facts);
  return page.texts.say('point.nearestBefore', { ...facts, asked: page.at(notAfter) });
}
