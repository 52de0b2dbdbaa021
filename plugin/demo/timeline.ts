import { breakage, breakSite, lastGood } from './broken-update.ts';
import { dayOfLife } from './day-of-life.ts';
import { brokenPlugin, demoAccounts, type DemoAccount } from './demo-accounts.ts';
import { dayBefore, timeOf, type DemoDay } from './demo-day.ts';
import { firstHome } from './first-home.ts';
import { siteFolder, type HomeChange } from './home-change.ts';
import { packageFolder } from './package-files.ts';
import { releaseDay, updateHour, updatesOf } from './updates.ts';

export interface TimelineOptions {
  readonly now: Date;
  /** How many days lie between the first backup and today: 3 or more. */
  readonly days: number;
  /** From 0 to 1: how much of a whole home is made. */
  readonly share: number;
}

/** A step of the demo's past, in the order of time. */
export type Step =
  | { readonly kind: 'live'; readonly account: DemoAccount; readonly changes: Iterable<HomeChange> }
  | { readonly kind: 'backup'; readonly account: DemoAccount; readonly label: string; readonly at: Date }
  | { readonly kind: 'nightly'; readonly at: Date; readonly ago: number };

/** How the homes came to be as they are: what happened in them, and when they were backed up. */
export function* timeline({ now, days, share }: TimelineOptions): Generator<Step> {
  const first = dayBefore(now, days);
  for (const account of demoAccounts) yield { kind: 'live', account, changes: firstHome(account, first, share) };
  for (let ago = days; ago > 0; ago--) {
    const day = dayBefore(now, ago);
    for (const account of demoAccounts) yield* dayOf({ account, day, days, share });
    yield { kind: 'nightly', at: timeOf(day, 22, 30), ago };
  }
  const today = dayBefore(now, 0);
  for (const account of demoAccounts) {
    const changes = happeningsOf({ account, day: today, days, share }).filter(({ at }) => at < now);
    yield { kind: 'live', account, changes };
  }
}

interface Life {
  readonly account: DemoAccount;
  readonly day: DemoDay;
  readonly days: number;
  readonly share: number;
}

/** A day of one account, and the backups it makes by hand. */
function* dayOf(life: Life): Generator<Step> {
  const { account, day, days } = life;
  let changes = happeningsOf(life);
  for (const { at, label } of backupsByHand(account, day, days)) {
    yield { kind: 'live', account, changes: changes.filter((change) => change.at < at) };
    yield { kind: 'backup', account, label, at };
    changes = changes.filter((change) => change.at >= at);
  }
  yield { kind: 'live', account, changes };
}

function backupsByHand(account: DemoAccount, day: DemoDay, days: number): { at: Date; label: string }[] {
  const { labels } = account.voice;
  if (isBreakDay(account, day)) return [{ at: timeOf(day, lastGood.hour, lastGood.minute), label: labels.update }];
  if (day.ago === releaseDay(account, days)) return [{ at: timeOf(day, updateHour - 1, 40), label: labels.release }];
  const isSecond = !hasShop(account) && day.ago === Math.min(4 + (account.name.length % 2), days - 2);
  return isSecond ? [{ at: timeOf(day, 16, 20), label: labels.update }] : [];
}

function happeningsOf(life: Life): HomeChange[] {
  const { account, day, share } = life;
  const changes = [...dayOfLife(account, day), ...updatesOf(life)].filter((change) => isPossible(change, life));
  const all = isBreakDay(account, day) ? [...changes, ...breakSite(account, day, share)] : changes;
  return all.toSorted((one, other) => one.at.getTime() - other.at.getTime());
}

/** A site that is broken takes no orders and shows no pages. */
function isPossible({ path, at }: HomeChange, { account, day }: Life): boolean {
  if (!hasShop(account) || day.ago > 1 || !path.startsWith(siteFolder)) return true;
  return day.ago === 1 && at < timeOf(day, breakage.hour, breakage.minute);
}

function isBreakDay(account: DemoAccount, { ago }: DemoDay): boolean {
  return ago === 1 && hasShop(account);
}

function hasShop({ packages }: DemoAccount): boolean {
  return packages.includes(brokenPlugin);
}

/** What Maria must bring back, below her home. */
export const brokenPaths: readonly string[] = [
  `${siteFolder}/${packageFolder(brokenPlugin)}`,
  `${siteFolder}/wp-config.php`,
];
