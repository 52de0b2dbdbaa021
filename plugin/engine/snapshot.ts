import { isFailure } from '../domain/failure.ts';
import type { Repository } from './repository.ts';
import { parseSnapshotId, type SnapshotId } from '../domain/ids.ts';
import { JsonReader } from './parse-json.ts';

/** One state of an account: where its root tree is, when and by whom it was made. */
export interface Snapshot {
  readonly id: SnapshotId;
  readonly time: Date;
  readonly parent: string | undefined;
  readonly tree: string;
  /** Absolute paths; Larder's own name the folders at the top of the tree, such as `/files`. */
  readonly paths: readonly string[];
  readonly hostname: string;
  readonly username: string;
  readonly tags: readonly string[];
  readonly summary: SnapshotSummary | undefined;
  /** Ids under which it was known before; see `renewedSnapshotJson`. */
  readonly formerIds?: readonly SnapshotId[] | undefined;
}

export interface SnapshotSummary {
  readonly filesTotal: number;
  readonly bytesTotal: number;
}

export interface NewSnapshot {
  readonly time: Date;
  readonly parent: string | undefined;
  readonly tree: string;
  readonly paths: readonly string[];
  readonly hostname: string;
  readonly username: string;
  readonly tags: readonly string[];
  readonly programVersion: string;
  readonly summary: BackupSummary;
}

/** What restic 0.17 and newer show of a backup, under its names. */
export interface BackupSummary {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly filesNew: number;
  readonly filesChanged: number;
  readonly filesUnmodified: number;
  readonly bytesAdded: number;
  readonly filesTotal: number;
  readonly bytesTotal: number;
}

/** Stores a snapshot; all it refers to must be stored before. */
export async function saveSnapshot(repository: Repository, snapshot: NewSnapshot): Promise<SnapshotId> {
  return parseSnapshotId(await repository.saveUnpacked('snapshots', snapshotJson(snapshot)));
}

export interface SnapshotList {
  /** Oldest first. */
  readonly snapshots: Snapshot[];
  /** Ids of those that cannot be read. */
  readonly unreadable: string[];
}

/** Every snapshot of the repository. */
export async function listSnapshots(repository: Repository): Promise<SnapshotList> {
  const snapshots: Snapshot[] = [];
  const unreadable: string[] = [];
  for (const id of (await repository.listIds('snapshots')).map(parseSnapshotId)) {
    try {
      snapshots.push(await takeSnapshot(repository, id));
    } catch (error) {
      if (isFailure(error, 'not-found')) continue; // forgotten since it was listed
      if (!isFailure(error, 'repository-damaged')) throw error;
      unreadable.push(id);
    }
  }
  snapshots.sort((left, right) => left.time.getTime() - right.time.getTime() || (left.id < right.id ? -1 : 1));
  return { snapshots, unreadable };
}

async function takeSnapshot(repository: Repository, id: SnapshotId): Promise<Snapshot> {
  const { shelf } = repository.workspace;
  const kept = shelf?.snapshot(repository, id);
  if (kept !== undefined) return kept;
  const snapshot = await loadSnapshot(repository, id);
  shelf?.keep(repository, snapshot);
  return snapshot;
}

/** @throws {Failure} `not-found`, `repository-damaged`. */
export async function loadSnapshot(repository: Repository, id: SnapshotId): Promise<Snapshot> {
  const json = JsonReader.parse(`snapshot ${id}`, await repository.loadUnpacked('snapshots', id));
  const time = new Date(json.string('time'));
  if (Number.isNaN(time.getTime())) throw json.damaged('has no valid time');
  return {
    id,
    time,
    parent: json.has('parent') ? json.id('parent') : undefined,
    tree: json.id('tree'),
    paths: json.strings('paths'),
    hostname: json.has('hostname') ? json.string('hostname') : '',
    username: json.has('username') ? json.string('username') : '',
    tags: json.strings('tags'),
    summary: json.has('summary') ? parseSummary(json.nested('summary')) : undefined,
    ...(json.has('original') || json.has('former_ids') ? { formerIds: parseFormerIds(json) } : {}),
  };
}

/** As `loadSnapshot`, also by an id that it had before. @throws {Failure} `not-found`, `repository-damaged`. */
export async function findSnapshot(repository: Repository, id: SnapshotId): Promise<Snapshot> {
  try {
    return await loadSnapshot(repository, id);
  } catch (error) {
    if (!isFailure(error, 'not-found')) throw error;
    const { snapshots } = await listSnapshots(repository);
    const found = snapshots.find(({ formerIds = [] }) => formerIds.includes(id));
    if (found === undefined) throw error;
    return found;
  }
}

/** restic's own word for it holds the very first. The last is the one right before. */
function parseFormerIds(json: JsonReader): SnapshotId[] {
  const original = json.has('original') ? [json.id('original')] : [];
  const former = json.strings('former_ids').filter((id) => /^[0-9a-f]{64}$/.test(id));
  return [...new Set([...original.filter((id) => !former.includes(id)), ...former])].map(parseSnapshotId);
}

function parseSummary(json: JsonReader): SnapshotSummary {
  return { filesTotal: json.count('total_files_processed', 0), bytesTotal: json.count('total_bytes_processed', 0) };
}

function snapshotJson(snapshot: NewSnapshot): string {
  const { summary } = snapshot;
  return JSON.stringify({
    time: snapshot.time.toISOString(),
    parent: snapshot.parent,
    tree: snapshot.tree,
    paths: snapshot.paths,
    hostname: snapshot.hostname,
    username: snapshot.username,
    tags: snapshot.tags,
    program_version: snapshot.programVersion,
    summary: {
      backup_start: summary.startedAt.toISOString(),
      backup_end: summary.finishedAt.toISOString(),
      files_new: summary.filesNew,
      files_changed: summary.filesChanged,
      files_unmodified: summary.filesUnmodified,
      data_added: summary.bytesAdded,
      total_files_processed: summary.filesTotal,
      total_bytes_processed: summary.bytesTotal,
    },
  });
}
