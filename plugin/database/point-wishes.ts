import type { Knex } from 'knex';
import type { PointWish, PointWishes } from '../contracts/point-wishes.ts';
import { parseGeneration, parseSnapshotId, type Generation, type SnapshotId } from '../domain/ids.ts';
import { explainUnreachable } from './explain-unreachable.ts';

interface WishRow {
  readonly generation: string;
  readonly snapshot_id: string;
  readonly is_pinned: number | boolean;
  readonly delete_at: number | null;
  readonly attempts: number;
}

export function toPointWishes(connection: Knex): PointWishes {
  const rows = () => connection<WishRow>('point_wishes');
  const put = async (generation: Generation, id: SnapshotId, wish: Partial<WishRow>): Promise<void> => {
    await rows()
      .insert({ generation, snapshot_id: id, is_pinned: 0, delete_at: null, attempts: 0, ...wish })
      .onConflict(['generation', 'snapshot_id'])
      .merge();
  };
  return {
    list: (generation) => explainUnreachable(async () => (await rows().where({ generation })).map(toWish)),
    pin: (generation, id, isPinned) => explainUnreachable(() => put(generation, id, { is_pinned: isPinned ? 1 : 0 })),
    deleteAt: (generation, id, at) => explainUnreachable(() => put(generation, id, { delete_at: at.getTime() })),
    keep: (generation, id) =>
      explainUnreachable(async () => {
        await rows().where({ generation, snapshot_id: id }).update({ delete_at: null, attempts: 0 });
      }),
    due: (now) => explainUnreachable(async () => (await rows().where('delete_at', '<=', now.getTime())).map(toWish)),
    postpone: ({ generation, id, attempts, deleteAt }, until) =>
      explainUnreachable(async () => {
        await rows()
          .where({ generation, snapshot_id: id, delete_at: deleteAt?.getTime() ?? null })
          .update({ attempts: attempts + 1, delete_at: until.getTime() });
      }),
    drop: (generation, ids) =>
      explainUnreachable(async () => {
        await rows()
          .where({ generation })
          .whereIn('snapshot_id', [...ids])
          .delete();
      }),
  };
}

function toWish(row: WishRow): PointWish {
  return {
    generation: parseGeneration(row.generation),
    id: parseSnapshotId(row.snapshot_id),
    isPinned: Boolean(row.is_pinned),
    deleteAt: row.delete_at === null ? undefined : new Date(row.delete_at),
    attempts: row.attempts,
  };
}
