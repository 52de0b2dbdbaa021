import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { ObjectStore } from '../../plugin/contracts/object-store.ts';
import type { SnapshotId } from '../../plugin/domain/ids.ts';
import { checkRepository, type CheckResult } from '../../plugin/engine/check.ts';
import { forgetSnapshots } from '../../plugin/engine/forget.ts';
import type { PruneLimits } from '../../plugin/engine/prune-plan.ts';
import { prune, type PruneOptions, type PruneResult } from '../../plugin/engine/prune.ts';
import { lockRepository, type ExclusiveLock, type Locker } from '../../plugin/engine/repository-lock.ts';
import type { Repository } from '../../plugin/engine/repository.ts';
import { listSnapshots } from '../../plugin/engine/snapshot.ts';
import { systemClock } from '../../plugin/platform/clock.ts';
import { clockAhead, type BackupSite } from './backup-site.ts';

/** This process. */
export const locker: Locker = {
  hostname: hostname(),
  username: 'root',
  processId: process.pid,
  uid: 0,
  gid: 0,
  clock: systemClock,
  isProcessAlive: (processId) => existsSync(`/proc/${processId}`),
};

/** Nothing unused stays, and every pack that is not full is gathered. */
export const thoroughLimits: PruneLimits = { unusedShare: 0, tinyShare: 1, gatherFrom: 1 };

export const never = new AbortController().signal;

/** Runs `work` under our exclusive lock. */
export async function exclusively<Result>(
  repository: Repository,
  work: (lock: ExclusiveLock) => Promise<Result>,
): Promise<Result> {
  const lock = await lockRepository(repository, true, locker);
  try {
    return await work(lock);
  } finally {
    await lock.release();
  }
}

export async function forget(site: BackupSite, ids: readonly SnapshotId[], mayForgetAll = false): Promise<void> {
  const repository = await site.open();
  await exclusively(repository, (lock) => forgetSnapshots(repository, lock, ids, { mayForgetAll }));
}

export async function pruneSite(
  site: BackupSite,
  options: Partial<PruneOptions> = {},
  store?: ObjectStore,
): Promise<PruneResult> {
  const repository = await site.open(store);
  return exclusively(repository, (lock) => prune(repository, lock, { clock: systemClock, signal: never, ...options }));
}

export async function checkSite(site: BackupSite, readData = false, store?: ObjectStore): Promise<CheckResult> {
  const repository = await site.open(store);
  const lock = await lockRepository(repository, false, locker);
  try {
    return await checkRepository(repository, lock, { readData, locker, signal: never });
  } finally {
    await lock.release();
  }
}

/** Oldest first. */
export async function snapshotIds(site: BackupSite): Promise<SnapshotId[]> {
  const { snapshots } = await listSnapshots(await site.open());
  return snapshots.map(({ id }) => id);
}

/** Some folders of files of many sizes, with names that are hard to write down. */
export function fillHome(home: string): void {
  for (const folder of ['web', 'web/img', 'mail', 'odd "names"'])
    mkdirSync(path.join(home, folder), { recursive: true });
  for (let number = 0; number < 40; number++)
    writeFileSync(path.join(home, `web/page-${number}.php`), text(number, 3000));
  for (let number = 0; number < 6; number++)
    writeFileSync(path.join(home, `web/img/${number}.jpg`), noise(number, 400_000));
  writeFileSync(path.join(home, 'mail/large.mbox'), noise(99, 3_000_000));
  writeFileSync(path.join(home, `odd "names"/","subtree":"${'a'.repeat(64)}","x":"`), 'a name like a piece of a tree');
  writeFileSync(path.join(home, 'odd "names"/new\nline\\'), 'a name on two lines');
}

/** One day later: a few files differ, one is new. */
export function passDay(home: string, day: number): void {
  for (const number of [day, day + 7, day + 20]) {
    writeFileSync(path.join(home, `web/page-${number % 40}.php`), text(number + day * 1000, 3000));
  }
  writeFileSync(path.join(home, `web/img/${day % 6}.jpg`), noise(day * 100, 300_000));
  writeFileSync(path.join(home, `mail/day-${day}`), text(day, 500));
}

/** Backs up on so many days. @returns the snapshots. */
export async function keepDays(site: BackupSite, days: number): Promise<SnapshotId[]> {
  fillHome(site.home);
  for (let day = 1; day <= days; day++) {
    if (day > 1) passDay(site.home, day);
    await site.backUp({ clock: clockAhead(day * 60 - 3600) });
  }
  return snapshotIds(site);
}

/** What a snapshot holds, by stock restic: each file with the hash of its content. */
export function hashesOf(site: BackupSite, snapshot: string): string {
  const script = 'restic -q dump "$0" / | tar -x --to-command=\'echo "$TAR_FILENAME $(sha256sum)"\' | sort';
  return execFileSync('bash', ['-o', 'pipefail', '-c', script, snapshot], {
    env: site.resticVariables,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
}

/** Bytes that do not compress, always the same for a seed. */
export function noise(seed: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = (seed + 1) * 2_654_435_761;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

function text(seed: number, length: number): string {
  return `<?php // page ${seed}\n`.repeat(Math.ceil(length / 18)).slice(0, length);
}

/** Names of all files below a folder of the repository. */
export function files(site: BackupSite, folder: string): string[] {
  return readdirSync(path.join(site.location, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(site.location, folder, name)).isFile())
    .toSorted();
}

/** Neither stock restic nor our check find anything, not even a trace of an interruption. */
export async function isClean(site: BackupSite): Promise<void> {
  site.restic('check', '--read-data');
  const { damage, hints } = await checkSite(site, true);
  assert.deepEqual({ damage, hints }, { damage: [], hints: [] });
}
