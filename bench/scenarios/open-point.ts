import { execFile } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { openParallelZip } from '../../plugin/archives/parallel-zip.ts';
import { openLocalStore } from '../../plugin/destinations/local.ts';
import { BlobReader } from '../../plugin/engine/blob-reader.ts';
import { findHome, findNode } from '../../plugin/engine/home-tree.ts';
import { openKeyFile } from '../../plugin/engine/key-file.ts';
import { RepositoryIndex } from '../../plugin/engine/repository-index.ts';
import { Repository } from '../../plugin/engine/repository.ts';
import { restoreReadAheadBytes, restoreSelection } from '../../plugin/engine/restorer.ts';
import { listSnapshots } from '../../plugin/engine/snapshot.ts';
import { readTree } from '../../plugin/engine/tree-reader.ts';
import { Workspace } from '../../plugin/engine/workspace.ts';
import { zipSelection } from '../../plugin/engine/zip-selection.ts';
import { systemClock } from '../../plugin/platform/clock.ts';
import { openNodeCodec } from '../../plugin/platform/node-codec.ts';
import { openSystem } from '../../plugin/platform/open-native.ts';
import { openWriting } from '../../plugin/platform/open-writing.ts';
import { FolderWriter } from '../../plugin/sources/files/folder-writer.ts';
import { ProblemLog } from '../../plugin/sources/files/problem-log.ts';
import { SyncPlan } from '../../plugin/sources/files/sync-plan.ts';
import { Unpacker } from '../../plugin/sources/files/unpacker.ts';
import { larderProgram } from '../peers/larder.ts';
import type { SealKey } from '../../plugin/contracts/codec.ts';
import type { BackedUpAccount, Keeper } from '../peers/tool.ts';
import type { OpenedPoint } from './in-process.ts';

/** What a running worker has at hand already: the native calls and the unsealed key. */
interface AtHand {
  readonly location: string;
  readonly masterKey: SealKey;
  readonly workspace: Workspace;
}

const known = new Map<string, Promise<AtHand>>();

/** Opens the repository anew: config, snapshots, index. */
export async function openPoint(keeper: Keeper, account: BackedUpAccount): Promise<OpenedPoint> {
  const { location, masterKey, workspace } = await atHand(keeper, account);
  const repository = await Repository.open(openLocalStore(location), workspace, masterKey);
  const { snapshots } = await listSnapshots(repository);
  const newest = snapshots.at(-1);
  if (newest === undefined) throw new Error(`no restore point of ${account.name}`);
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), 0);
  const home = await findHome(reader, newest);
  const toParts = (path: string): Buffer[] => path.split('/').map((part) => Buffer.from(part));
  return {
    async listFolder(path) {
      const { subtree } = await findNode(reader, home, toParts(path));
      return subtree === undefined ? 0 : (await readTree(reader, subtree)).length;
    },
    async restoreFile(path, target) {
      const writer = await openWriterHere(target);
      const selection = [toParts(path)];
      const owner = { uid: 0, gid: 0 };
      const signal = new AbortController().signal;
      const report = await restoreSelection({ reader, home, selection, writer, owner, signal, onProgress: () => {} });
      await writer.close();
      if (report.files !== 1) throw new Error(`${String(report.files)} files came back, not 1`);
    },
    async writeZip(sink) {
      const ahead = new BlobReader(repository, await RepositoryIndex.load(repository), restoreReadAheadBytes);
      const zip = openParallelZip(sink);
      const signal = new AbortController().signal;
      const { files, problemCount } = await zipSelection({ reader: ahead, home, selection: [[]], zip, signal });
      await zip.finish();
      await zip.close();
      ahead.close();
      if (files === 0) throw new Error(`no files came, and ${String(problemCount)} problems`);
    },
    async close() {
      reader.close();
    },
  };
}

export function atHand(keeper: Keeper, account: BackedUpAccount): Promise<AtHand> {
  const name = `${keeper.folder} ${account.name}`;
  const found = known.get(name) ?? unlock(keeper, account);
  known.set(name, found);
  return found;
}

async function unlock(keeper: Keeper, account: BackedUpAccount): Promise<AtHand> {
  const words = ['--account', account.name, 'keys', 'restic-env', '--json'];
  const env = { PATH: '/usr/bin:/bin', LARDER_CONFIG: `${keeper.folder}/larder.toml` };
  const { stdout } = await promisify(execFile)(larderProgram, words, { env });
  const { repository, password } = JSON.parse(stdout) as { repository: string; password: string };
  const { codec } = await openSystem();
  const store = openLocalStore(repository);
  const keyFile = (await store.list('keys/'))[0]?.key ?? '';
  const masterKey = openKeyFile(codec, await store.read(keyFile), password);
  if (masterKey === undefined) throw new Error(`the password does not open ${repository}`);
  return { location: repository, masterKey, workspace: new Workspace(codec) };
}

/** The writer's own code in this process: a worker has its child running already. */
async function openWriterHere(target: string): Promise<FolderWriter> {
  const { files, writing } = await openWriting();
  mkdirSync(target);
  const folder = openSync(target, constants.O_RDONLY | constants.O_DIRECTORY);
  const owner = { uid: 0, gid: 0, groups: new Set([0]), trustedUids: new Set<number>() };
  try {
    return new FolderWriter(folder, {
      files,
      writing,
      clock: systemClock,
      owner,
      unpacker: new Unpacker(openNodeCodec()),
      problems: new ProblemLog(),
      syncing: new SyncPlan(writing),
    });
  } catch (error) {
    closeSync(folder);
    throw error;
  }
}
