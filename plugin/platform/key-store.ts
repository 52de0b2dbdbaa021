import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyOwner, KeyStore, RepositoryKeys } from '../contracts/key-store.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { createFile } from './atomic-file.ts';
import { hasErrorCode } from './error-code.ts';
import { formatKeyFile, parseKeyFile, parseKeyOwner } from './key-file.ts';
import { whileKeysLocked } from './keys-lock.ts';
import { readPrivateFile } from './private-file.ts';
import { encryptToRecipients, readRecoveryRecipients, writeRecoveryRecipients } from './recovery-recipients.ts';
import { rotateServerKey } from './rotate-server-key.ts';
import { readServerKey, removeReplacedKeys } from './server-key.ts';

/**
 * Keys below `<state>/keys/`, sealed with `server.key`, which is read at each use: it may have been rotated meanwhile.
 * @throws {Failure} `not-initialised` without a server key; `key-unusable` when it is damaged; `state-unsafe` when
 * others can read it.
 */
export function openKeyStore(state: string): KeyStore {
  readServerKey(state);
  removeReplacedKeys(state);
  const loadKeys = (owner: KeyOwner) => tryTwice(() => load(readServerKey(state), keyFile(state, owner), owner));
  const recipients = () => tryTwice(() => (readServerKey(state), readRecoveryRecipients(state)));
  const seal = (password: string) => encryptToRecipients(password, recipients());
  return {
    async save(owner, keys) {
      const recoverable = await seal(keys.password);
      await whileKeysLocked(state, () =>
        store(keyFile(state, owner), formatKeyFile(readServerKey(state), owner, keys)),
      );
      return recoverable;
    },
    async list() {
      readServerKey(state);
      return listOwners(join(state, 'keys', 'repositories'));
    },
    load: async (owner) => loadKeys(owner),
    rotate: () => rotateServerKey(state),
    recipients,
    setRecipients: (wanted) => whileKeysLocked(state, () => writeRecoveryRecipients(state, wanted)),
    sealForRecovery: async (owner) => seal(loadKeys(owner).password),
  };
}

/** The server key may be replaced, with all that it seals, between one read and the next. */
function tryTwice<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!isFailure(error, 'key-unusable')) throw error;
    return act();
  }
}

/** Files that are no keys are left out: `load` says what is wrong with one. */
function listOwners(folder: string): KeyOwner[] {
  return readdirSync(folder).flatMap((name) => {
    const content = name.endsWith('.json') ? readPrivateFile(join(folder, name)) : undefined;
    const owner = content === undefined ? undefined : parseKeyOwner(content.toString('utf8'));
    return owner === undefined ? [] : [owner];
  });
}

function keyFile(state: string, owner: KeyOwner): string {
  return join(state, 'keys', 'repositories', `${owner.repositoryId}.json`);
}

async function store(file: string, content: string): Promise<void> {
  try {
    await createFile(file, content, 0o600);
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
    throw new Failure(
      'key-unusable',
      { key: file, problem: 'it exists already and is never overwritten' },
      { cause: error },
    );
  }
}

function load(serverKey: Buffer, file: string, owner: KeyOwner): RepositoryKeys {
  const content = readPrivateFile(file);
  if (content === undefined) throw new Failure('key-unusable', { key: file, problem: 'it is missing' });
  const keys = parseKeyFile(serverKey, owner, content.toString('utf8'));
  if (keys === undefined) {
    throw new Failure('key-unusable', {
      key: file,
      problem: 'it was altered, or sealed for another account, repository or server',
    });
  }
  return keys;
}
