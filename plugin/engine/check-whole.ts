/** Checks the objects that are stored as a whole: config, key files, snapshots; and looks for traces of interruptions. */
import { Failure, isFailure } from '../domain/failure.ts';
import { parseSnapshotId } from '../domain/ids.ts';
import type { DamageKind, FindingList, HintKind } from './check-findings.ts';
import { configKey, folders } from './format.ts';
import { JsonReader } from './parse-json.ts';
import { listLocks, type Locker } from './repository-lock.ts';
import { sha256, type Repository } from './repository.ts';
import { openBytes } from './sealed-bytes.ts';
import { listSnapshots, type SnapshotList } from './snapshot.ts';

/** A write that has not ended for so long never will. */
const unfinishedMilliseconds = 60 * 60 * 1000;

export async function checkConfig(repository: Repository, damage: FindingList<DamageKind>): Promise<void> {
  try {
    const { codec } = repository.workspace;
    const plain = openBytes(codec, repository.sealer, await repository.store.read(configKey));
    if (plain === undefined) throw new Failure('repository-damaged', { object: 'config', problem: 'is not authentic' });
    JsonReader.parse('config', plain.toString('utf8')).id('id');
  } catch (error) {
    if (!isFailure(error)) throw error;
    damage.add(error.code === 'not-found' ? 'missing-config' : 'damaged-config', 'config');
  }
}

/** Without a key file that a password opens, nobody but Larder reads the repository. */
export async function checkKeys(repository: Repository, damage: FindingList<DamageKind>): Promise<void> {
  let readable = 0;
  for (const { key } of await repository.store.list(folders.keys)) {
    const name = key.slice(folders.keys.length);
    try {
      const bytes = await repository.store.read(key);
      if (sha256(bytes) !== name)
        throw new Failure('repository-damaged', { object: 'key file', problem: 'is altered' });
      checkKeyFile(bytes);
      readable++;
    } catch (error) {
      if (!isFailure(error)) throw error;
      damage.add('damaged-key', `key ${name}`);
    }
  }
  if (readable === 0) damage.add('missing-key', 'keys');
}

/** The password is not at hand, so only the form is checked. */
function checkKeyFile(bytes: Buffer): void {
  const json = JsonReader.parse('key file', bytes.toString('utf8'));
  if (json.string('kdf') !== 'scrypt') throw json.damaged('uses an unknown key derivation');
  for (const field of ['N', 'r', 'p']) if (json.count(field) === 0) throw json.damaged('has impossible parameters');
  for (const field of ['salt', 'data']) if (json.string(field) === '') throw json.damaged(`has no ${field}`);
}

export async function checkSnapshots(repository: Repository, damage: FindingList<DamageKind>): Promise<SnapshotList> {
  const list = await listSnapshots(repository);
  for (const id of list.unreadable) damage.blame(damage.add('damaged-snapshot', `snapshot ${id}`), parseSnapshotId(id));
  return list;
}

/** What interruptions leave: harmless, and gone after the next prune. */
export async function checkLeftovers(
  repository: Repository,
  hints: FindingList<HintKind>,
  locker: Locker,
): Promise<void> {
  for (const { id, isStale } of await listLocks(repository, locker)) if (isStale) hints.add('stale-lock', `lock ${id}`);
  const before = new Date(locker.clock.now().getTime() - unfinishedMilliseconds);
  for (const { key } of await repository.store.listUnfinished(before)) hints.add('unfinished-write', key);
}
