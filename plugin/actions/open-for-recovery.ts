import type { ObjectStore } from '../contracts/object-store.ts';
import { isFailure } from '../domain/failure.ts';
import { judgeRecovery } from '../domain/recovery-outcome.ts';
import { folders, recoveryKey } from '../engine/format.ts';
import { openKeyFile } from '../engine/key-file.ts';
import { Repository } from '../engine/repository.ts';
import type { RecoveryPlaceLine } from '../protocol/keys.ts';
import type { RecoveryPlace } from './recovery-places.ts';
import type { Services } from './services.ts';

export type SeenPlace = Pick<RecoveryPlaceLine, 'outcome' | 'sealedFor'>;

/**
 * Does with one repository what somebody would do who has nothing but the identities: opens the sealed password, with it
 * a key file, with that the repository. Without an identity the password of this server's own keys is tried instead.
 */
export async function openForRecovery(
  services: Services,
  { place, record }: RecoveryPlace,
  identities: readonly string[],
): Promise<SeenPlace> {
  const store = await services.openStore(place);
  const sealed = await readIfThere(store, recoveryKey);
  if (sealed === undefined) return { outcome: 'missing', sealedFor: undefined };
  const sealedFor = services.recoveryIdentities.countRecipients(sealed);
  const opened = await Promise.all(identities.map((identity) => services.recoveryIdentities.open(sealed, identity)));
  const passwords = opened.flatMap((one) => (one.kind === 'opened' ? [one.secret] : []));
  const known = identities.length > 0 || record === undefined ? [] : await knownPassword(services, record);
  const isDamaged = sealedFor === undefined || opened.some(({ kind }) => kind === 'damaged');
  if (isDamaged || !(await openAll(services, store, [...passwords, ...known])))
    return { outcome: 'damaged', sealedFor };
  const seen = { sealedFor, configured: services.keys.recipients().length, given: opened.length };
  return { outcome: judgeRecovery({ ...seen, opened: passwords.length }), sealedFor };
}

/** @returns none where this server's own key does not open it: `larder doctor` says so. */
async function knownPassword(services: Services, record: NonNullable<RecoveryPlace['record']>): Promise<string[]> {
  try {
    return [(await services.keys.load(record)).password];
  } catch (error) {
    if (isFailure(error, 'key-unusable')) return [];
    throw error;
  }
}

async function openAll(services: Services, store: ObjectStore, passwords: readonly string[]): Promise<boolean> {
  for (const password of new Set(passwords)) if (!(await opens(services, store, password))) return false;
  return true;
}

/** As restic does: one of the key files opens, and what comes out of it opens the config. */
async function opens({ workspace }: Services, store: ObjectStore, password: string): Promise<boolean> {
  for (const { key } of await store.list(folders.keys)) {
    try {
      const masterKey = openKeyFile(workspace.codec, await store.read(key), password);
      if (masterKey === undefined) continue;
      await Repository.open(store, workspace, masterKey);
      return true;
    } catch (error) {
      if (!damages.some((code) => isFailure(error, code))) throw error;
    }
  }
  return false;
}

const damages = ['repository-damaged', 'repository-missing', 'repository-unsupported', 'key-unusable'] as const;

async function readIfThere(store: ObjectStore, key: string): Promise<Buffer | undefined> {
  try {
    return await store.read(key);
  } catch (error) {
    if (isFailure(error, 'not-found')) return undefined;
    throw error;
  }
}
