/** What a copy of a repository needs before the first pack: the same config and the same keys. */
import type { ObjectStore } from '../contracts/object-store.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { configKey, folders, recoveryKey } from './format.ts';
import { Repository } from './repository.ts';

/**
 * Opens the copy, made first where nothing is there. The config comes last: a copy without one was never finished.
 * @throws {Failure} `destination-refused` when another repository lies there, or restore points without a config.
 */
export async function openCopy(source: Repository, store: ObjectStore): Promise<Repository> {
  const config = await source.store.read(configKey);
  const there = await readIfThere(store, configKey);
  if (there === undefined) await lay(source, store, config);
  else if (!there.equals(config)) throw refused(store, 'another repository lies there');
  return Repository.open(store, source.workspace, source.masterKey);
}

async function lay(source: Repository, store: ObjectStore, config: Buffer): Promise<void> {
  if ((await store.list(folders.snapshots)).length > 0)
    throw refused(store, 'restore points without a config lie there');
  for (const { key } of await source.store.list(folders.keys)) await store.write(key, await source.store.read(key));
  const recovery = await readIfThere(source.store, recoveryKey);
  if (recovery !== undefined) await store.write(recoveryKey, recovery);
  await store.write(configKey, config);
  const written = await store.read(configKey);
  if (!written.equals(config)) throw refused(store, 'it does not hold what it was given');
}

async function readIfThere(store: ObjectStore, key: string): Promise<Buffer | undefined> {
  try {
    return await store.read(key);
  } catch (error) {
    if (isFailure(error, 'not-found')) return undefined;
    throw error;
  }
}

function refused(store: ObjectStore, problem: string): Failure {
  return new Failure('destination-refused', { destination: store.location, problem });
}
