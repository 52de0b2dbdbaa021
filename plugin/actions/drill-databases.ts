import type { DatabaseRestorer, LoadTables } from '../contracts/database-restorer.ts';
import type { NoScratchServer, ScratchServer } from '../contracts/scratch-server.ts';
import type { DatabaseEngine, DatabaseRef } from '../domain/database-name.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { storedNames } from '../domain/stored-database.ts';
import { openStoredDatabase, type StoredDatabase } from '../engine/stored-database.ts';
import type { DrillIsolation, DrilledDatabase, DrillProblem } from '../protocol/proof.ts';
import type { DrillGround } from './drill-ground.ts';
import { DrillUsers } from './drill-users.ts';
import type { Performing } from './services.ts';

/** What became of the databases of a restore point. */
export interface DrilledDatabases {
  readonly databases: readonly DrilledDatabase[];
  readonly problems: readonly DrillProblem[];
  readonly network: DrillIsolation['network'];
  /** A server that was kept, with all that was loaded into it. */
  readonly kept?: KeptServer | undefined;
}

/** Whoever is given one closes it. */
export interface KeptServer {
  readonly server: ScratchServer;
  /** Who may log in there, by name. */
  readonly users: ReadonlySet<string>;
}

/**
 * Loads databases of the point, into a server that was started for it, by the same steps as a real restore, and counts
 * the rows of each table against what was dumped.
 * @param keeps whether a server that sites can use is kept, with its databases and their users.
 * @throws {Failure} `no-space` before anything is loaded; `database-unreachable` when the server does not start or dies;
 * `cancelled`.
 */
export async function drillDatabases(
  performing: Performing,
  ground: DrillGround,
  refs: readonly DatabaseRef[],
  keeps = false,
): Promise<DrilledDatabases> {
  const results: DrilledDatabases[] = [];
  try {
    for (const engine of new Set(refs.map((ref) => ref.engine))) {
      const own = refs.filter((ref) => ref.engine === engine);
      results.push(await onServer(performing, ground, { engine, refs: own, keeps }));
    }
  } catch (error) {
    for (const { kept } of results) await kept?.server.close();
    throw error;
  }
  const networks = results.map(({ network }) => network);
  return {
    kept: results.find(({ kept }) => kept !== undefined)?.kept,
    databases: results.flatMap(({ databases }) => databases),
    problems: results.flatMap(({ problems }) => problems),
    network: networks.find((one) => one === 'not-isolated') ?? networks.find((one) => one === 'none') ?? 'not-needed',
  };
}

interface OfEngine {
  readonly engine: DatabaseEngine;
  readonly refs: readonly DatabaseRef[];
  readonly keeps: boolean;
}

async function onServer(
  performing: Performing,
  ground: DrillGround,
  { engine, refs, keeps }: OfEngine,
): Promise<DrilledDatabases> {
  const server = await performing.services.openScratchServer(engine, ground.sandbox, performing.signal);
  if (typeof server === 'string') return untried(refs, server);
  const users = keeps && server.socket !== undefined ? new DrillUsers(server.restorer) : undefined;
  let isKept = false;
  try {
    const tried: Tried[] = [];
    for (const ref of refs) tried.push(await tryOne(performing, ground, { restorer: server.restorer, users }, ref));
    isKept = users !== undefined;
    return {
      databases: tried.map(({ database }) => database),
      problems: tried.flatMap(({ problems }) => problems),
      network: server.hasNetwork ? 'not-isolated' : 'none',
      kept: users && { server, users: users.names },
    };
  } finally {
    if (!isKept) await server.close();
  }
}

function untried(refs: readonly DatabaseRef[], outcome: NoScratchServer): DrilledDatabases {
  const nothing = { tables: 0, rows: 0, seconds: 0, outcome };
  return { databases: refs.map((ref) => ({ ...ref, ...nothing })), problems: [], network: 'not-needed' };
}

interface Loading {
  readonly restorer: DatabaseRestorer;
  /** Undefined: a database is dropped once it is counted. */
  readonly users: DrillUsers | undefined;
}

interface Tried {
  readonly database: DrilledDatabase;
  readonly problems: readonly DrillProblem[];
}

async function tryOne(performing: Performing, ground: DrillGround, loading: Loading, ref: DatabaseRef): Promise<Tried> {
  const { clock } = performing.services;
  const begun = clock.elapsedMilliseconds();
  const found = await unlessBroken(ref, async () => {
    const stored = await openStoredDatabase(ground.reader, ground.snapshot, ref);
    const problems = await loadAll(performing, ground, loading, stored);
    return { problems, tables: stored.description.tables.length, rows: stored.description.counts.rows };
  });
  const seconds = (clock.elapsedMilliseconds() - begun) / 1000;
  const outcome = found.problems.length === 0 ? 'loaded' : 'failed';
  const { problems, tables, rows } = found;
  return { problems, database: { name: ref.name, engine: ref.engine, tables, rows, seconds, outcome } };
}

/** What is wrong with the dump is what a drill is for; a server that fails, or a disk that is full, is not the dump's. */
async function unlessBroken<Result>(ref: DatabaseRef, work: () => Promise<Result>) {
  try {
    return await work();
  } catch (error) {
    const detail = detailOf(error);
    if (detail === undefined) throw error;
    return { problems: [{ kind: 'database-failed', name: ref.name, detail } as const], tables: 0, rows: 0 };
  }
}

function detailOf(error: unknown): string | undefined {
  if (!isFailure(error)) return undefined;
  if (error.code === 'database-refused' && 'problem' in error.facts) return error.facts.problem;
  return error.code === 'repository-damaged' || error.code === 'not-found' ? error.code : undefined;
}

async function loadAll(
  performing: Performing,
  ground: DrillGround,
  { restorer, users }: Loading,
  stored: StoredDatabase,
): Promise<DrillProblem[]> {
  const { name, description } = stored;
  const { tables, counts } = description;
  const missing = await stored.missingTables();
  if (missing.length > 0) return [{ kind: 'tables-missing', name, ...someOf(missing) }];
  if (ground.sandbox.freeBytes() < counts.bytes * timesOnDisk) {
    throw new Failure('no-space', { path: ground.sandbox.databases });
  }
  const order = orderFor(performing, ground, stored);
  await restorer.load(order);
  const definitions = await stored.definitions();
  const made = tables.map((table) => table.name);
  const failed = await restorer.publish({ id: order.id, description, tables: made, definitions, name, alike: name });
  if (users === undefined) await restorer.drop(name);
  else await users.make(stored);
  const lines = failed.map(({ object, reason }) => `${object}: ${reason}`);
  return failed.length === 0 ? [] : [{ kind: 'definitions-failed', name, ...someOf(lines) }];
}

/** Rows with their indexes, and the log in which they are written first. */
const timesOnDisk = 3;

function someOf(names: readonly string[]): Pick<DrillProblem, 'count' | 'detail'> {
  return { count: names.length, detail: names.slice(0, 5).join(', ') };
}

function orderFor(performing: Performing, ground: DrillGround, stored: StoredDatabase): LoadTables {
  const { services, signal } = performing;
  const { sandbox } = ground;
  return {
    id: services.randomSecret().toString('hex').slice(0, 16),
    description: stored.description,
    tables: stored.description.tables,
    content: contentOf(stored),
    ahead: stored.file(storedNames.before),
    user: sandbox.hasOwnUser ? { uid: sandbox.uid, gid: sandbox.gid } : undefined,
    signal,
  };
}

/** First what tables may need, such as sequences that number their rows; last what needs tables. */
async function* contentOf(stored: StoredDatabase): AsyncGenerator<Uint8Array, void> {
  const { tables } = stored.description;
  yield* stored.file(storedNames.before);
  if (tables.some(({ kind }) => kind === 'sequence')) yield* stored.file(storedNames.sequences);
  for (const { name } of tables.filter(({ kind }) => kind === 'table')) yield* stored.table(name);
  yield* stored.file(storedNames.after);
}
