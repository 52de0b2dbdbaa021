import { passDay, passDayOfDumps } from './day.ts';
import { writeAccount } from './account.ts';
import { writeSmallFiles } from './small-files.ts';
import type { AccountSpec } from './account-spec.ts';
import type { SmallFilesSpec } from './small-files.ts';

/** A piece of generating that one thread does alone. Plain values only: it crosses threads. */
export type Work =
  | { readonly name: 'account'; readonly account: AccountSpec }
  | { readonly name: 'small-files'; readonly spec: SmallFilesSpec }
  | { readonly name: 'day'; readonly account: AccountSpec; readonly day: number }
  | { readonly name: 'day-of-dumps'; readonly account: AccountSpec; readonly day: number };

/** Does `work`; files are given to the account's owner only when `isRoot`. */
export function doWork(work: Work, isRoot: boolean): void {
  const ownerOf = (uid: number): number | undefined => (isRoot ? uid : undefined);
  switch (work.name) {
    case 'account':
      return writeAccount(work.account, ownerOf(work.account.uid));
    case 'small-files':
      return writeSmallFiles(work.spec, ownerOf(work.spec.uid));
    case 'day':
      return passDay(work.account, work.day, ownerOf(work.account.uid));
    case 'day-of-dumps':
      return passDayOfDumps(work.account, work.day, ownerOf(work.account.uid));
  }
}
