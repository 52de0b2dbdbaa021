import { closeSync, constants, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyOwner, OwnKey, OwnKeys, WrappedIdentity } from '../contracts/own-keys.ts';
import { Failure } from '../domain/failure.ts';
import type { Generation } from '../domain/ids.ts';
import { replaceFile } from './atomic-file.ts';
import { createRecoveryIdentity } from './create-keys.ts';
import { lockFile } from './file-lock.ts';
import { ensurePrivateFolder, openPrivateFile, readPrivateFile } from './private-file.ts';

/** N = 2^17: half a second and 128 MiB for each guess. */
const usualFactor = 17;
/** So many wrong ones, and an account waits. */
const mostWrong = 5;
const wrongMinutes = 15;
const minute = 60_000;
const patienceSeconds = 30;

export interface OwnKeysOptions {
  readonly state: string;
  readonly now: () => Date;
  /** How hard a guess is, as a power of two. */
  readonly workFactor?: number;
}

/** One small file for each account below `<state>/own-keys`. */
export function openOwnKeys({ state, now, workFactor = usualFactor }: OwnKeysOptions): OwnKeys {
  const folder = join(state, 'own-keys');
  const fileOf = (generation: Generation): string => join(folder, `${generation}.json`);
  const tries = openTries(folder, now);
  return {
    load: async (generation) => readKey(fileOf(generation)),
    async save(generation, key) {
      ensurePrivateFolder(folder);
      await replaceFile(fileOf(generation), `${JSON.stringify(key, null, 2)}\n`, 0o600);
    },
    make: (owner, passphrase) => oneAtATime(folder, owner, () => makeIdentity(passphrase, workFactor)),
    open: (owner, key, passphrase) =>
      oneAtATime(folder, owner, async () => {
        const opened = await tries.count(owner, key.current, async () => openAll(key, passphrase));
        return opened.map(({ identity }) => identity);
      }),
    wrapAnew: (owner, key, { present, next }) =>
      oneAtATime(folder, owner, async () => {
        const opened = await tries.count(owner, key.current, async () => {
          const all = await openAll(key, present);
          return all.some(({ recipient }) => recipient === key.current.recipient) ? all : []; // only that one is meant
        });
        const wrapped = new Map<string, WrappedIdentity>();
        for (const { recipient, identity } of opened)
          wrapped.set(recipient, { recipient, wrapped: await wrap(identity, next, workFactor) });
        const anew = (one: WrappedIdentity): WrappedIdentity => wrapped.get(one.recipient) ?? one;
        return { ...key, current: anew(key.current), former: key.former.map(anew) };
      }),
  };
}

function readKey(file: string): OwnKey | undefined {
  const content = readPrivateFile(file);
  try {
    return content === undefined ? undefined : (JSON.parse(content.toString('utf8')) as OwnKey);
  } catch (cause) {
    throw new Failure('key-unusable', { key: file, problem: 'it is not JSON' }, { cause });
  }
}

async function makeIdentity(passphrase: string, workFactor: number): Promise<WrappedIdentity> {
  const { identity, recipient } = await createRecoveryIdentity();
  return { recipient, wrapped: await wrap(identity, passphrase, workFactor) };
}

async function wrap(identity: string, passphrase: string, workFactor: number): Promise<string> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  return Buffer.from(await encrypter.encrypt(`${identity}\n`)).toString('base64');
}

interface OpenedIdentity {
  readonly recipient: string;
  readonly identity: string;
}

async function openAll({ current, former }: OwnKey, passphrase: string): Promise<OpenedIdentity[]> {
  const opened: OpenedIdentity[] = [];
  for (const { recipient, wrapped } of [current, ...former]) {
    const identity = await unwrap(wrapped, passphrase);
    if (identity !== undefined) opened.push({ recipient, identity });
  }
  return opened;
}

async function unwrap(wrapped: string, passphrase: string): Promise<string | undefined> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return (await decrypter.decrypt(Buffer.from(wrapped, 'base64'), 'text')).trim();
  } catch {
    return undefined;
  }
}

/** Each costs 128 MiB: of all processes of the server one derives. @throws {Failure} `busy`. */
async function oneAtATime<Result>(folder: string, { name }: KeyOwner, work: () => Promise<Result>): Promise<Result> {
  ensurePrivateFolder(folder);
  const descriptor = openPrivateFile(join(folder, 'one-at-a-time.lock'), constants.O_RDONLY | constants.O_CREAT);
  if (descriptor === undefined) throw new Error(`${folder} cannot be used`);
  try {
    if (!lockFile(descriptor, patienceSeconds)) throw new Failure('busy', { account: name });
    return await work();
  } finally {
    closeSync(descriptor);
  }
}

/** Wrong tries are kept on disk, so that a restart gives nobody new ones. Used under the lock. */
function openTries(folder: string, now: () => Date) {
  const fileOf = ({ generation }: KeyOwner): string => join(folder, `${generation}.tries`);
  const recent = (owner: KeyOwner): number[] => {
    const since = now().getTime() - wrongMinutes * minute;
    return readTimes(fileOf(owner)).filter((time) => time > since);
  };
  return {
    /** @throws {Failure} `passphrase-wrong` when nothing was opened, `passphrase-locked` before anything is tried. */
    async count(
      owner: KeyOwner,
      current: WrappedIdentity,
      open: () => Promise<OpenedIdentity[]>,
    ): Promise<OpenedIdentity[]> {
      const wrong = recent(owner);
      const [first = 0] = wrong;
      if (wrong.length >= mostWrong) {
        const minutes = Math.max(1, Math.ceil((first + wrongMinutes * minute - now().getTime()) / minute));
        throw new Failure('passphrase-locked', { account: owner.name, minutes });
      }
      const opened = await open();
      // Who knows a former passphrase gets no new tries at the present one.
      if (opened.some(({ recipient }) => recipient === current.recipient)) await rm(fileOf(owner), { force: true });
      if (opened.length > 0) return opened;
      await replaceFile(fileOf(owner), JSON.stringify([...wrong, now().getTime()]), 0o600);
      throw new Failure('passphrase-wrong', { account: owner.name });
    },
  };
}

function readTimes(file: string): number[] {
  try {
    const times = JSON.parse(readFileSync(file, 'utf8')) as unknown;
    return Array.isArray(times) ? times.filter((time) => typeof time === 'number') : [];
  } catch {
    return [];
  }
}
