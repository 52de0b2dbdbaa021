import type { Generation, ServerId } from '../domain/ids.ts';

/** `database`: databases alone. `before-restore` is the safety copy of a restore: only what that replaced or deleted. */
export type PointKind = 'nightly' | 'manual' | 'database' | 'before-restore';

export interface PointTags {
  readonly kind: PointKind;
  readonly label: string | undefined;
  /** Rotation leaves it alone. */
  readonly isPinned?: boolean | undefined;
  readonly server: ServerId;
  readonly generation: Generation;
}

/** What Larder writes on a snapshot, as restic tags. */
export function makeTags({ kind, label, isPinned: pins, server, generation }: PointTags): string[] {
  const tags = [`kind:${kind}`, `server:${server}`, `account:${generation}`, ...(pins === true ? ['pin'] : [])];
  return label === undefined ? tags : [...tags, `label:${label}`];
}

/** `foreign` where other software made the snapshot. */
export function readKind(tags: readonly string[]): string {
  return valueOf(tags, 'kind:') ?? 'foreign';
}

/** Whoever made it wants it to stay until somebody says otherwise. */
export function isPinned(tags: readonly string[]): boolean {
  return tags.includes('pin');
}

export function readLabel(tags: readonly string[]): string | undefined {
  return valueOf(tags, 'label:');
}

function valueOf(tags: readonly string[], prefix: string): string | undefined {
  return tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length);
}
