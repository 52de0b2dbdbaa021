import { coreFiles } from './core-files.ts';
import { brokenPlugin, type DemoAccount } from './demo-accounts.ts';
import { timeOf, type DemoDay } from './demo-day.ts';
import { siteFolder, writeFile, type HomeChange } from './home-change.ts';
import { packageFiles, type Package } from './package-files.ts';

export interface UpdateQuestion {
  readonly account: DemoAccount;
  readonly day: DemoDay;
  /** How many days the demo's past has. */
  readonly days: number;
  readonly share: number;
}

/** When the new release of WordPress is installed, in days before today. */
export function releaseDay({ name }: DemoAccount, days: number): number {
  return Math.min(8 + (name.length % 3) * 2, days - 1);
}

/** Hour of updates; whoever wants a backup before makes it in the half hour before. */
export const updateHour = 11;

/** What updates of this day write: all files of what is new, as an installer does. */
export function* updatesOf({ account, day, days, share }: UpdateQuestion): Generator<HomeChange> {
  const at = timeOf(day, updateHour, 0);
  if (day.ago === releaseDay(account, days)) {
    for (const { path, content } of coreFiles(1, share)) yield writeFile(`${siteFolder}/${path}`, content, at);
  }
  for (const [index, made] of account.packages.entries()) {
    const revision = revisionOn(made, index, { days, ago: day.ago });
    if (revision === undefined) continue;
    for (const { path, content } of packageFiles(made, revision, share))
      yield writeFile(`${siteFolder}/${path}`, content, at);
  }
}

/** The newest release of the plugin that breaks comes by the update that goes wrong. */
function revisionOn(made: Package, index: number, { days, ago }: { days: number; ago: number }): number | undefined {
  const updates = made.versions.length - (made === brokenPlugin ? 2 : 1);
  for (let revision = 1; revision <= updates; revision++) {
    const planned = Math.round(days * (1 - revision / (updates + 1))) - index;
    if (ago === Math.max(2, planned)) return revision;
  }
  return undefined;
}
