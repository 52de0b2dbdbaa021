import { breakage, breakSite, lastGood } from './broken-update.ts';
import { dayOfLife } from './day-of-life.ts';
import type { DatabaseChange } from './database/database-change.ts';
import { databaseDay } from './database/database-day.ts';
import { firstDatabase } from './database/first-database.ts';
import { breakPrices } from './database/products.ts';
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
  | LiveStep
  | { readonly kind: 'backup'; readonly account: DemoAccount; readonly label: string; readonly at: Date }
  | { readonly kind: 'nightly'; readonly at: Date; readonly ago: number };

interface LiveStep {
  readonly kind: 'live';
  readonly account: DemoAccount;
  /** In the home. */
  readonly changes: Iterable<HomeChange>;
  /** In the database. */
  readonly statements: Iterable<DatabaseChange>;
}

/** How the homes came to be as they are: what happened in them, and when they were backed up. */
export function* timeline({ now, days, share }: TimelineOptions): Generator<Step> {
  const first = dayBefore(now, days);
  for (const account of demoAccounts) {
    const statements = firstDatabase(account, first, share);
    yield { kind: 'live', account, changes: firstHome(account, first, share), statements };
  }
  for (let ago = days; ago > 0; ago--) {
    const day = dayBefore(now, ago);
    for (const account of demoAccounts) yield* dayOf({ account, day, days, share });
    yield { kind: 'nightly', at: timeOf(day, 22, 30), ago };
  }
  const today = dayBefore(now, 0);
  for (const account of demoAccounts) {
    yield liveStep(
      account,
      happeningsOf({ account, day: today, days, share }).filter(({ at }) => at < now),
    );
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
    yield liveStep(
      account,
      changes.filter((change) => change.at < at),
    );
    yield { kind: 'backup', account, label, at };
    changes = changes.filter((change) => change.at >= at);
  }
  yield liveStep(account, changes);
}

type Happening = HomeChange | DatabaseChange;

function liveStep(account: DemoAccount, happenings: readonly Happening[]): LiveStep {
  const changes = happenings.filter((one) => 'path' in one);
  return { kind: 'live', account, changes, statements: happenings.filter((one) => 'sql' in one) };
}

function backupsByHand(account: DemoAccount, day: DemoDay, days: number): { at: Date; label: string }[] {
  const { labels } = account.voice;
  if (isBreakDay(account, day)) return [{ at: timeOf(day, lastGood.hour, lastGood.minute), label: labels.update }];
  if (day.ago === releaseDay(account, days)) return [{ at: timeOf(day, updateHour - 1, 40), label: labels.release }];
  const isSecond = !hasShop(account) && day.ago === Math.min(4 + (account.name.length % 2), days - 2);
  return isSecond ? [{ at: timeOf(day, 16, 20), label: labels.update }] : [];
}

function happeningsOf(life: Life): Happening[] {
  const { account, day } = life;
  const happenings = [...dayOfLife(account, day), ...updatesOf(life), ...databaseDay(account, day)];
  const possible = happenings.filter((change) => isPossible(change, life));
  const all = isBreakDay(account, day) ? [...possible, ...theBreak(life)] : possible;
  return all.toSorted((one, other) => one.at.getTime() - other.at.getTime());
}

function theBreak({ account, day, share }: Life): Happening[] {
  return [...breakSite(account, day, share), ...breakPrices(timeOf(day, breakage.hour, breakage.minute))];
}

/** A site that is broken takes no orders and shows no pages. */
function isPossible(change: Happening, { account, day }: Life): boolean {
  const isOfSite = 'sql' in change || change.path.startsWith(siteFolder);
  if (!hasShop(account) || day.ago > 1 || !isOfSite) return true;
  return day.ago === 1 && change.at < timeOf(day, breakage.hour, breakage.minute);
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
