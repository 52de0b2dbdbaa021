import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes, scryptSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../plugin/contracts/clock.ts';
import type { Codec, SealKey } from '../../plugin/contracts/codec.ts';
import type { ObjectStore } from '../../plugin/contracts/object-store.ts';
import { openLocalStore } from '../../plugin/destinations/local.ts';
import type { ArchiveOutcome } from '../../plugin/contracts/archive-pool.ts';
import type { ArchiveJob } from '../../plugin/engine/archive-job.ts';
import { archiveHome } from '../../plugin/engine/archiver.ts';
import { folders } from '../../plugin/engine/format.ts';
import { masterKeyJson, newMasterKey, sealKeyFromBytes } from '../../plugin/engine/master-key.ts';
import { Repository, sha256 } from '../../plugin/engine/repository.ts';
import { sealBytes } from '../../plugin/engine/sealed-bytes.ts';
import { Workspace } from '../../plugin/engine/workspace.ts';
import { systemClock } from '../../plugin/platform/clock.ts';
import { openSystem, type System } from '../../plugin/platform/open-native.ts';
import { readOwnerNames } from '../../plugin/platform/owner-names.ts';
import { openScratchFiles } from '../../plugin/platform/scratch-files.ts';
import { temporaryFolder, type Scope } from './temporary-folder.ts';

export const isRoot = process.getuid?.() === 0;
/** For `skip`: why a test does not run, or false. */
export const needsRoot = isRoot ? false : 'needs root';

const password = 'correct horse battery staple';
const key = newMasterKey();

/** A home, an empty repository that stock restic opens too, and a folder for caches, all below one folder. */
export interface BackupSite {
  readonly folder: string;
  readonly home: string;
  /** The repository's folder. */
  readonly location: string;
  readonly cacheFolder: string;
  readonly masterKey: SealKey;
  open(store?: ObjectStore): Promise<Repository>;
  /** Backs the home up in this process, without a lock. */
  backUp(options?: BackUpOptions): Promise<ArchiveOutcome>;
  /** Runs stock restic on the repository. @returns what it prints. */
  restic(...words: readonly string[]): string;
  /** Variables with which stock restic opens the repository. */
  readonly resticVariables: Readonly<Record<string, string>>;
}

export interface BackUpOptions extends Partial<Omit<ArchiveJob, 'repository'>> {
  readonly store?: ObjectStore;
}

let opened: Promise<System> | undefined;

/** The system and the workspace that all backups of this process use. */
async function thisSystem(): Promise<{ system: System; workspace: Workspace }> {
  opened ??= openSystem('native');
  const system = await opened;
  workspaceOfAll ??= new Workspace(system.codec);
  return { system, workspace: workspaceOfAll };
}

let workspaceOfAll: Workspace | undefined;

/** All sites have one key and one key file. */
let keyFileOfAll: Buffer | undefined;

/** As Larder's own, but that deriving the key, which takes long on purpose, takes no time: restic does it at each start. */
function makeQuickKeyFile(codec: Codec): Buffer {
  const [salt, cost] = [randomBytes(64), { N: 1024, r: 8, p: 1 }];
  const sealer = codec.sealer(sealKeyFromBytes(scryptSync(password, salt, 64, cost)));
  const data = sealBytes(codec, sealer, Buffer.from(masterKeyJson(key))).toString('base64');
  const maker = { created: new Date().toISOString(), username: 'root', hostname: 'test' };
  return Buffer.from(JSON.stringify({ ...maker, kdf: 'scrypt', ...cost, salt: salt.toString('base64'), data }));
}

/** @param location where the repository shall lie; else in memory where there is such a place, where syncing costs nothing. */
export async function makeSite(context: Scope, location?: string): Promise<BackupSite> {
  const folder = temporaryFolder(context);
  const place = location ?? join(repositoryFolder(context, folder), 'repository');
  const home = join(folder, 'home');
  mkdirSync(home);
  chmodSync(folder, 0o755);
  const { system, workspace } = await thisSystem();
  const store = openLocalStore(place);
  await Repository.create(store, workspace, key);
  keyFileOfAll ??= makeQuickKeyFile(system.codec);
  await store.write(folders.keys + sha256(keyFileOfAll), keyFileOfAll);
  return siteAt(folder, place);
}

function repositoryFolder(context: Scope, otherwise: string): string {
  if (!existsSync('/dev/shm')) return otherwise;
  const folder = mkdtempSync('/dev/shm/larder-test-');
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function siteAt(folder: string, location: string): BackupSite {
  const home = join(folder, 'home');
  const cacheFolder = join(folder, 'cache');
  const resticVariables = {
    PATH: '/usr/bin:/bin',
    TZ: 'UTC',
    HOME: folder,
    RESTIC_REPOSITORY: location,
    RESTIC_PASSWORD: password,
    RESTIC_CACHE_DIR: join(folder, 'restic-cache'),
    RESTIC_PROGRESS_FPS: '0.1',
    GOMAXPROCS: '2',
  };
  const open = async (store = openLocalStore(location)): Promise<Repository> =>
    Repository.open(store, (await thisSystem()).workspace, key);
  return {
    folder,
    home,
    location,
    cacheFolder,
    masterKey: key,
    open,
    resticVariables,
    async backUp({ store, ...changes } = {}) {
      const { system } = await thisSystem();
      const standard = standardJob(home, cacheFolder, system);
      return archiveHome({ repository: await open(store), ...standard, ...changes });
    },
    restic: (...words) => runRestic(resticVariables, words),
  };
}

function standardJob(home: string, cacheFolder: string, system: System): Omit<ArchiveJob, 'repository'> {
  return {
    files: system.files,
    home,
    ownerUid: process.getuid?.() ?? 0,
    trustedUids: [],
    owners: readOwnerNames(),
    paths: [],
    hostname: 'test',
    username: 'root',
    tags: [],
    programVersion: 'larder test',
    caches: openScratchFiles(cacheFolder),
    clock: systemClock,
    signal: new AbortController().signal,
    helper: undefined,
    onProgress: () => {},
  };
}

/** @throws {Error} with what restic said when it fails. */
function runRestic(variables: Readonly<Record<string, string>>, words: readonly string[]): string {
  const run = spawnSync('restic', words, { env: variables, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (run.status === 0) return run.stdout;
  throw new Error(
    `restic ${words.join(' ')} ended with ${run.status}: ${run.stdout}${run.stderr}${String(run.error ?? '')}`,
  );
}

/**
 * A clock that is so much ahead. File times around the beginning of a backup are not trusted by the next one; a
 * backup that is said to begin later than it does has none of these.
 */
export function clockAhead(seconds: number): Clock {
  return {
    now: () => new Date(Date.now() + seconds * 1000),
    elapsedMilliseconds: () => systemClock.elapsedMilliseconds(),
  };
}

/**
 * Compares two folders with rsync: contents, types, modes, owners, times to the nanosecond, hard links, ACLs, extended
 * attributes. @returns one line for each difference.
 */
export function differences(left: string, right: string): string[] {
  const owner = isRoot ? ['-aHAX'] : ['-rlptDHAX'];
  const words = [...owner, '-nic', '--delete', '--modify-window=-1', `${left}/`, `${right}/`];
  return execFileSync('rsync', words, { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');
}

/** Restores a snapshot with stock restic. @returns the folder that now holds what the home held. */
export function restoreWithRestic(site: BackupSite, snapshot: string): string {
  const target = join(site.folder, `restored-${snapshot.slice(0, 8)}`);
  site.restic('restore', snapshot, '--target', target);
  return join(target, 'files');
}
