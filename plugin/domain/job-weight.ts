import type { JobWeight } from './job.ts';

export const queuedKinds = [
  'backup',
  'nightly',
  'restore',
  'run-plan',
  'prepare-download',
  'check',
  'forget',
  'prune',
  'rotate',
  'archive',
  'verify',
  'drill',
  'scheduled-backup',
  'system-backup',
  'copy',
  'catalog-rebuild',
  'local-copy',
  'keys-renew',
  'keys-renew-all',
  'keys-remove-former',
] as const;

/** Kinds of requests that are work: they wait in the queue. */
export type QueuedKind = (typeof queuedKinds)[number];

/** More paths than this are no longer some. */
const somePaths = 100;

/** Kinds that are as much work as their paths. */
const byPaths: ReadonlySet<string> = new Set(['backup', 'restore', 'local-copy', 'prepare-download']);

/** Kinds that are quick whatever they are about. */
const quick: ReadonlySet<string> = new Set(['forget']);

/** Base64 of the spellings of the whole home: nothing, `.`, `/` and `./`. */
const wholeHome: ReadonlySet<string> = new Set(['', 'Lg==', 'Lw==', 'Li8=']);

/**
 * How much work a request is, by its kind and by how much of a home it names. Nobody can tell from a name how much is
 * in a folder: small means that somebody chose it. A kind that is not known is large.
 * @param paths base64, as requests have them; those of the plan for `run-plan`, and small where nobody knows them.
 */
export function weightOf(kind: string, paths: readonly string[] | undefined): JobWeight {
  if (quick.has(kind)) return 'small';
  if (kind === 'run-plan') return paths === undefined || isSome(paths) ? 'small' : 'large';
  return byPaths.has(kind) && paths !== undefined && isSome(paths) ? 'small' : 'large';
}

/** Whether a request is work that waits in the queue. */
export function isQueued<Asked extends { readonly kind: string }>(
  request: Asked,
): request is Extract<Asked, { readonly kind: QueuedKind }> {
  return queuedKinds.some((kind) => kind === request.kind);
}

const smallPlan = { entries: 10_000, bytes: 256 * 2 ** 20 };

/** A restore whose plan is known is as much work as it writes and saves. */
export function isSmallPlan(counts: {
  readonly comesBack: number;
  readonly replaced: number;
  readonly deleted: number;
  readonly bytes: number;
  readonly safetyBytes: number;
}): boolean {
  const { comesBack, replaced, deleted, bytes, safetyBytes } = counts;
  return comesBack + replaced + deleted <= smallPlan.entries && bytes + safetyBytes <= smallPlan.bytes;
}

/** No paths are all. */
function isSome(paths: readonly string[]): boolean {
  return paths.length > 0 && paths.length <= somePaths && !paths.some((path) => wholeHome.has(path));
}
