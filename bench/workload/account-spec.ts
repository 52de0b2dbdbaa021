import { createRandom, seedOf } from './random.ts';

/** How big a run is: `full` is what the goals are judged on, `small` shows in minutes that all works. */
export type Size = 'small' | 'full';

/** One account to generate, described by numbers alone, so that a thread can be given it. */
export interface AccountSpec {
  readonly name: string;
  readonly home: string;
  /** The owner of every file when the bench runs as root; otherwise the caller owns all. */
  readonly uid: number;
  readonly seed: number;
  /** Files that every account has with the same content, as the core of WordPress. */
  readonly coreFiles: number;
  readonly plugins: number;
  readonly uploadBytes: number;
  readonly messages: number;
  readonly logBytes: number;
  /** The sizes of its SQL dumps. */
  readonly dumpBytes: readonly number[];
  /** The sizes of its videos: files of hundreds of megabytes that do not compress. */
  readonly videoBytes: readonly number[];
}

const firstUid = 20_001;

/** 40 accounts of 3.4 GB in all, or 6 of 250 MB, with homes below `folder`. */
export function planAccounts(folder: string, size: Size): readonly AccountSpec[] {
  const count = size === 'full' ? 40 : 6;
  return Array.from({ length: count }, (_, index) => planAccount(folder, size, index));
}

/** One ordinary account, scaled to `share` of the full size. */
export function planAccount(folder: string, size: Size, index: number): AccountSpec {
  const share = size === 'full' ? 1 : 0.35;
  const random = createRandom(seedOf('account', index));
  const name = `account${String(index + 1).padStart(2, '0')}`;
  return {
    name,
    home: `${folder}/${name}`,
    uid: firstUid + index,
    seed: seedOf('content', index),
    coreFiles: Math.floor(2000 * share),
    plugins: Math.floor(random.between(7, 14) * share),
    uploadBytes: Math.floor(uploadMegabytes(index) * share * random.between(600_000, 1_400_000)),
    messages: Math.floor(random.between(80, 300) * share),
    logBytes: Math.floor(random.between(300_000, 3_000_000) * share),
    dumpBytes: [Math.floor(dumpMegabytes(index, random.between(20, 35)) * share * 1e6)],
    videoBytes: [],
  };
}

/** An account whose content is its SQL dumps and little else. */
export function planDumpAccount(folder: string, size: Size, index: number): AccountSpec {
  const account = planAccount(folder, size, index);
  return { ...account, coreFiles: 20, plugins: 0, uploadBytes: 0, messages: 0, logBytes: 0 };
}

/** One account several times the ordinary: about 500 MB at full size. */
export function planLargeAccount(folder: string, size: Size): AccountSpec {
  const account = planAccount(folder, size, 0);
  const dumps = size === 'full' ? [100e6, 60e6, 40e6] : [20e6];
  return { ...account, plugins: account.plugins * 6, uploadBytes: account.uploadBytes * 4, dumpBytes: dumps };
}

/**
 * One account of 20 GB (500 MB small) as ten sites below one home: media, videos, dumps, mail and code.
 * They share a home and an owner, so that every tool sees one account.
 */
export function planHugeAccount(folder: string, size: Size): readonly AccountSpec[] {
  const share = size === 'full' ? 1 : 0.025;
  const account = planAccount(folder, size, 0);
  return Array.from({ length: 10 }, (_, index) => ({
    ...account,
    home: `${account.home}/site${String(index)}`,
    seed: seedOf('huge', index),
    uploadBytes: 1100e6 * share,
    messages: Math.floor(2000 * share),
    logBytes: 20e6 * share,
    dumpBytes: [160e6 * share, 40e6 * share],
    videoBytes: [400e6 * share, 200e6 * share],
  }));
}

/** One account of 2 GB (small: 80 MB) as four sites below one home, for archives; small files come to it. */
export function planArchivedAccount(folder: string, size: Size): readonly AccountSpec[] {
  const account = planLargeAccount(folder, size);
  return Array.from({ length: size === 'full' ? 4 : 1 }, (_, index) => ({
    ...account,
    home: `${account.home}/site${String(index)}`,
    seed: seedOf('archived', index),
  }));
}

function uploadMegabytes(index: number): number {
  if (index % 10 === 0) return 40;
  return index % 3 === 0 ? 16 : 6;
}

function dumpMegabytes(index: number, ordinary: number): number {
  if (index % 10 === 5) return 100;
  return index % 5 === 0 ? 50 : ordinary;
}
