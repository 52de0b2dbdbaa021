import type { FormerLine } from '../protocol/keys.ts';
import type { Page } from './page.ts';
import { showText } from './show-text.ts';

/** Of one account. */
export interface FormerOfAccount {
  readonly account: string;
  readonly former?: readonly FormerLine[] | undefined;
}

/** What keys from before a renewal still open, and what can be done about it. */
export function describeFormer(accounts: readonly FormerOfAccount[], page: Page): string[] {
  const { texts } = page;
  const some = accounts
    .map(({ account, former = [] }) => ({ account, former }))
    .filter(({ former }) => former.length > 0);
  const all = some.flatMap(({ former }) => former);
  const isCopyUsed = all.some(({ replacedAt }) => replacedAt === undefined);
  return [
    ...all.map((line) => describeLine(line, page)),
    ...(isCopyUsed ? [texts.say('keys.former.copy')] : []),
    ...some.map(({ account }) => texts.say('keys.former.remove', { account: showText(account) })),
  ];
}

function describeLine({ destination, folder, replacedAt, lockedUntil }: FormerLine, page: Page): string {
  const { texts } = page;
  const what = texts.say('keys.place.repository', { folder, destination });
  const key = replacedAt === undefined ? 'keys.former.used' : 'keys.former.kept';
  const until = lockedUntil === undefined ? '' : ` ${texts.say('keys.former.locked', { time: page.at(lockedUntil) })}`;
  return page.mark('warning', `${texts.say(key, { what })}${until}`);
}
