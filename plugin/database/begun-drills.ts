import type { BegunDrill, Drills } from '../contracts/drills.ts';
import { parseGeneration, type Generation } from '../domain/ids.ts';
import type { AccountBook } from './accounts.ts';
import { explainUnreachable } from './explain-unreachable.ts';
import { ofServer } from './of-server.ts';

interface BegunRow {
  readonly drill_id: string;
  readonly generation: string;
  readonly snapshot_id: string;
  readonly point_time: number;
  readonly started_at: number;
}

/** The part of `Drills` that knows which were begun. */
export function toBegunDrills(book: AccountBook): Pick<Drills, 'begin' | 'drop' | 'unfinished'> {
  const rows = () => book.connection<BegunRow>('begun_drills');
  return {
    begin: (drill) => explainUnreachable(() => rows().insert(toRow(drill))),
    drop: (id) => explainUnreachable(() => rows().where({ drill_id: id }).delete()),
    unfinished: (generation) => explainUnreachable(() => list(book, generation)),
  };
}

/** All that was begun of an account is over. */
export async function endBegun({ connection }: AccountBook, generation: Generation): Promise<void> {
  await connection<BegunRow>('begun_drills').where({ generation }).delete();
}

/** Of accounts that are gone nobody begins another. */
export async function forgetBegunBefore(book: AccountBook, time: Date): Promise<void> {
  await ofServer(book, book.connection<BegunRow>('begun_drills')).where('started_at', '<', time.getTime()).delete();
}

async function list(book: AccountBook, generation: Generation | undefined): Promise<BegunDrill[]> {
  const rows = await ofServer(book, book.connection<BegunRow>('begun_drills'))
    .modify((query) => void (generation === undefined ? query : query.where({ generation })))
    .orderBy(['started_at', 'drill_id'])
    .select<BegunRow[]>('*');
  return rows.map(toDrill);
}

function toRow(drill: BegunDrill): BegunRow {
  return {
    drill_id: drill.id,
    generation: drill.generation,
    snapshot_id: drill.point,
    point_time: drill.pointTime.getTime(),
    started_at: drill.startedAt.getTime(),
  };
}

function toDrill(row: BegunRow): BegunDrill {
  return {
    id: row.drill_id,
    generation: parseGeneration(row.generation),
    point: row.snapshot_id,
    pointTime: new Date(row.point_time),
    startedAt: new Date(row.started_at),
  };
}
