import type { SnapshotId } from '../domain/ids.ts';

/**
 * A snapshot's JSON as it stands in a repository with other keys, where it gets another id: all that is not about ids is
 * as it was. It remembers under which ids it was known: `original` is restic's and holds the very first, `former_ids` is
 * Larder's and holds all, the last one last.
 * @param renewed ids in the new repository by those in the old one, for the parent.
 */
export function renewedSnapshotJson(
  text: string,
  { id, formerIds = [] }: { readonly id: SnapshotId; readonly formerIds?: readonly SnapshotId[] | undefined },
  renewed: ReadonlyMap<string, SnapshotId>,
): string {
  const { parent, original, former_ids: _, ...rest } = JSON.parse(text) as { readonly [field: string]: unknown };
  return JSON.stringify({
    ...rest,
    parent: typeof parent === 'string' ? renewed.get(parent) : undefined,
    original: original ?? id,
    former_ids: [...formerIds, id],
  });
}
