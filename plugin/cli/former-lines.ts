import type { FormerLine } from '../protocol/keys.ts';
import type { Page } from './page.ts';

/** What keys from before a renewal still open, and what can be done about it. */
export function describeFormer(former: readonly FormerLine[], page: Page): string[] {
  const { texts } = page;
  if (former.length === 0) return [];
  const lines = former.map(({ destination, folder, replacedAt, lockedUntil }) => {
    const what = texts.say('keys.place.repository', { folder, destination });
    const key = replacedAt === undefined ? 'keys.former.used' : 'keys.former.kept';
    const until =
      lockedUntil === undefined ? '' : ` ${texts.say('keys.former.locked', { time: page.at(lockedUntil) })}`;
    return page.mark('warning', `${texts.say(key, { what })}${until}`);
  });
  const isCopyUsed = former.some(({ replacedAt }) => replacedAt === undefined);
  return [...lines, ...(isCopyUsed ? [texts.say('keys.former.copy')] : []), texts.say('keys.former.remove')];
}
