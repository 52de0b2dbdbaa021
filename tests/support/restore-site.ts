import { chownSync, closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TreeWriter, WriteReport } from '../../plugin/contracts/tree-writer.ts';
import type { TreeNode } from '../../plugin/domain/tree-node.ts';
import { parseSnapshotId } from '../../plugin/domain/ids.ts';
import { BlobReader } from '../../plugin/engine/blob-reader.ts';
import { BlobsAhead } from '../../plugin/engine/blobs-ahead.ts';
import { findHome } from '../../plugin/engine/home-tree.ts';
import { sealKeyBytes } from '../../plugin/engine/master-key.ts';
import { OpeningThread } from '../../plugin/engine/opening-thread.ts';
import { RepositoryIndex } from '../../plugin/engine/repository-index.ts';
import type { Repository } from '../../plugin/engine/repository.ts';
import { restoreReadAheadBytes, restoreSelection } from '../../plugin/engine/restorer.ts';
import { listSnapshots, loadSnapshot } from '../../plugin/engine/snapshot.ts';
import { startBlobThread } from '../../plugin/platform/blob-thread.ts';
import { openWriting } from '../../plugin/platform/open-writing.ts';
import { openWriterChild, type WriterChildOptions } from '../../plugin/sources/files/writer-child.ts';
import { localPlace } from './local-place.ts';
import { isRoot, makeSite, type BackupSite } from './backup-site.ts';
import type { Scope } from './temporary-folder.ts';

/** As root the tenant is somebody else, as on a real server; else it is whoever runs the tests. */
export const tenant = isRoot
  ? { uid: 20001, gid: 20001 }
  : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

export const writerProgram = fileURLToPath(new URL('../../plugin/main-writer.ts', import.meta.url));

const blobThreadScript = new URL('../../plugin/main-blob-thread.ts', import.meta.url);

export interface RestoreSite extends BackupSite {
  /** An empty folder of the tenant's. */
  readonly target: string;
  restore(options?: RestoreOptions): Promise<WriteReport>;
}

export interface RestoreOptions {
  readonly selection?: readonly (readonly string[])[];
  /** Default: the newest. */
  readonly snapshot?: string;
  readonly target?: string;
  /** Default: a child that has become the tenant. */
  readonly writer?: TreeWriter;
  readonly home?: TreeNode;
  /** Default: none, so that nothing is opened ahead. */
  readonly thread?: OpeningThread;
  readonly signal?: AbortSignal;
  readonly onProgress?: (items: number, bytes: number) => void;
}

/** A home of the tenant's, a repository, and a folder to restore into. */
export async function makeRestoreSite(context: Scope): Promise<RestoreSite> {
  const site = await makeSite(context);
  const target = join(site.folder, 'target');
  mkdirSync(target, { mode: 0o700 });
  for (const folder of [site.home, target]) chownSync(folder, tenant.uid, tenant.gid);
  return {
    ...site,
    target,
    backUp: (changes) => site.backUp({ ownerUid: tenant.uid, ...changes }),
    restore: async (options = {}) => restore(await site.open(), { target, ...options }),
  };
}

async function restore(repository: Repository, options: RestoreOptions & { target: string }): Promise<WriteReport> {
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), restoreReadAheadBytes);
  const home = options.home ?? (await findHome(reader, await snapshotOf(repository, options.snapshot)));
  const writer = options.writer ?? (await openTenantWriter(options.target));
  try {
    return await restoreSelection({
      reader,
      ...(options.thread === undefined ? {} : { ahead: new BlobsAhead(reader, options.thread) }),
      home,
      selection: (options.selection ?? [[]]).map((path) => path.map((part) => Buffer.from(part))),
      writer,
      owner: tenant,
      signal: options.signal ?? new AbortController().signal,
      onProgress: options.onProgress ?? (() => {}),
    });
  } finally {
    await writer.close();
    reader.close();
    await options.thread?.close();
  }
}

async function snapshotOf(repository: Repository, id: string | undefined) {
  if (id !== undefined) return loadSnapshot(repository, parseSnapshotId(id));
  const newest = (await listSnapshots(repository)).snapshots.at(-1);
  if (newest === undefined) throw new Error('there is no snapshot');
  return newest;
}

/** A thread that has not been started. @param script default: the real one. */
export function makeThread(site: BackupSite, script = blobThreadScript): OpeningThread {
  const { location, masterKey } = site;
  return new OpeningThread((memory, onEnd) => {
    return startBlobThread(script, { place: localPlace(location), masterKey: sealKeyBytes(masterKey), memory }, onEnd);
  });
}

/** As `makeThread`, started, as it is for large restores. */
export function startThread(site: BackupSite, script?: URL): OpeningThread {
  const thread = makeThread(site, script);
  thread.start();
  return thread;
}

/** A child that writes below the folder as the tenant. */
export async function openTenantWriter(folder: string, changes: Partial<WriterChildOptions> = {}): Promise<TreeWriter> {
  const target = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const { writing } = await openWriting();
    const options = { account: 'maria', ...tenant, trustedUids: [], target, program: writerProgram, writing };
    return await openWriterChild({ ...options, ...changes });
  } finally {
    closeSync(target);
  }
}

/** Problems as `reason path`, `!` before what is lost. */
export function problemsOf({ problems }: WriteReport): string[] {
  return problems.map(({ reason, path, lost }) => {
    return `${lost ? '!' : ''}${reason} ${path.map((part) => part.toString()).join('/')}`;
  });
}
