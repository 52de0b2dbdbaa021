/**
 * One backup: walk the home, store what is new, then the index, then the snapshot. Until the snapshot is stored
 * nothing of the run is visible; whatever goes wrong before leaves only data that the next prune removes.
 */
import { crc32 } from 'node:zlib';
import type { Arena } from '../contracts/codec.ts';
import { statusWords } from '../contracts/file-system.ts';
import { Failure } from '../domain/failure.ts';
import { parseSnapshotId, type SnapshotId } from '../domain/ids.ts';
import type { PointLook } from '../domain/point-state.ts';
import { cacheName, cacheScope, openCache, type OpenedCache } from './archive-cache.ts';
import type { ArchiveOutcome } from '../contracts/archive-pool.ts';
import type { ArchiveJob } from './archive-job.ts';
import { BlobWriter } from './blob-writer.ts';
import { Chunker } from './chunker.ts';
import { CoverageLog } from './coverage-log.ts';
import { FileArchiver } from './file-archiver.ts';
import { FileContents } from './file-contents.ts';
import { attributesJson } from './node-json.ts';
import { filesFolder } from './home-tree.ts';
import { everything, filterPaths } from './path-filter.ts';
import { storeRootTree, type RootTools } from './root-tree.ts';
import { RunIndex } from './run-index.ts';
import { saveSnapshot } from './snapshot.ts';
import { type StatCacheReader, StatCacheWriter } from './stat-cache.ts';
import { StreamArchiver } from './stream-archiver.ts';
import { StreamContents } from './stream-contents.ts';
import { isRacy, racySince, sameStatus } from './stat-row.ts';
import { TreeEncoder } from './tree-encoder.ts';
import { TreeWalk, type WalkResult } from './tree-walk.ts';
import { withoutFailures } from './without-failures.ts';

/**
 * Backs the home up as a new snapshot.
 * @throws {Failure} `home-unreadable` when it cannot be opened; `not-found` when a wanted path is not there; what the
 * store throws. No snapshot is made then.
 */
export async function archiveHome(job: ArchiveJob): Promise<ArchiveOutcome> {
  const run = await ArchiveRun.start({ ...job, caches: withoutFailures(job.caches) });
  const outcome = await finishOrDiscard(run);
  return { ...outcome, look: await run.look(outcome.snapshotId) };
}

async function finishOrDiscard(run: ArchiveRun): Promise<ArchiveOutcome> {
  try {
    return await run.finish(await run.walk());
  } catch (error) {
    run.discard();
    throw error;
  }
}

class ArchiveRun {
  readonly #job: ArchiveJob;
  readonly #startedAt: Date;
  readonly #coverage = new CoverageLog();
  readonly #writer: BlobWriter;
  readonly #contents: FileContents;
  readonly #archiver: FileArchiver;
  readonly #encoder: TreeEncoder;
  readonly #input: Arena;
  readonly #oldCache: StatCacheReader | undefined;
  /** Ids of index files, without which the next run must not trust the new cache. */
  readonly #indexes: Set<string>;
  readonly #index: RunIndex;
  readonly #newCache: StatCacheWriter | undefined;
  readonly #descriptor: number;
  readonly #rootStatus: Int32Array;
  #rootAttributes = '';
  #walk: TreeWalk | undefined;

  private constructor(job: ArchiveJob, descriptor: number, { cache, indexes }: OpenedCache) {
    this.#job = job;
    this.#startedAt = job.clock.now();
    this.#descriptor = descriptor;
    this.#oldCache = cache;
    this.#indexes = new Set(indexes);
    this.#rootStatus = job.files.status.words.slice();
    if (isWholeHome(job)) job.changes?.begin(cache?.header.tree);
    const { repository, files } = job;
    this.#input = repository.workspace.borrow(FileContents.inputBytes);
    this.#index = new RunIndex(repository);
    this.#writer = new BlobWriter(repository, () => this.#index.load(), job);
    this.#contents = new FileContents(files, this.#writer, new Chunker(repository.chunkerPolynomial), this.#input);
    this.#archiver = new FileArchiver(files, this.#writer, this.#contents, this.#coverage);
    this.#encoder = new TreeEncoder(this.#writer, job.owners, repository.workspace.codec.allocate);
    this.#newCache = !isWholeHome(job) ? undefined : new StatCacheWriter(job.caches.create(cacheName(job)));
  }

  static async start(job: ArchiveJob): Promise<ArchiveRun> {
    const opened = await openCache(job);
    const descriptor = job.files.openRoot(job.home);
    if (descriptor < 0) {
      opened.cache?.close();
      const problem = `"${job.home}" cannot be opened (error ${-descriptor})`;
      throw new Failure('home-unreadable', { account: job.home, problem });
    }
    return new ArchiveRun(job, descriptor, opened);
  }

  async walk(): Promise<WalkResult> {
    const { job, walk } = this.#newWalk();
    const attributes = job.files.readsAttributes ? job.files.readAttributes(this.#descriptor) : [];
    if (typeof attributes === 'number') this.#coverage.note('attributes-not-read', []);
    else this.#rootAttributes = attributesJson(attributes);
    const wanted = filterPaths(job.paths, job.folders);
    const filter = isWholeHome(job) ? everything : wanted.filter;
    const result = await walk.run(this.#descriptor, filter, this.#isHomeUnchanged());
    const missing = wanted.unseen()[0];
    if (missing !== undefined) throw new Failure('not-found', { path: Buffer.concat(missing).toString() });
    return result;
  }

  async finish(result: WalkResult): Promise<ArchiveOutcome> {
    const streams = this.#newStreams();
    await streams.archive(this.#job.streams ?? []);
    const coverage = this.#coverage.result();
    const coverageJson = `${JSON.stringify(coverage, null, 2)}\n`;
    const beside = await streams.finish();
    const tree = await this.#rootTree(result.tree, coverageJson, beside);
    await this.#writer.finish();
    await this.#noteIndexes();
    const snapshotId = await this.#saveSnapshot(tree, streams.stored);
    // With something beside the home the root tree is made anew each time, also when nothing is beside it any more.
    const known = beside.size === 0 ? coverageJson : '';
    this.#commitCache(result, { tree, coverageJson: known, snapshotId });
    this.#job.repository.workspace.giveBack(this.#input);
    this.#oldCache?.close();
    return {
      snapshotId,
      files: this.#walk?.files ?? 0,
      bytes: (this.#walk?.bytes ?? 0) + streams.stored.bytes,
      databases: streams.stored.folders,
      filesNew: this.#archiver.newFiles,
      filesChanged: this.#archiver.changedFiles,
      bytesRead: this.#contents.bytesRead,
      bytesAdded: this.#writer.storedBytes,
      coverage,
      sameAs: this.#oldCache?.header.tree === tree ? parseSnapshotId(this.#oldCache.header.snapshotId) : undefined,
    };
  }

  look(snapshotId: SnapshotId): Promise<PointLook | undefined> {
    return this.#index.look(snapshotId, this.#job.look);
  }

  discard(): void {
    this.#newCache?.discard();
    this.#oldCache?.close();
  }

  /** What was stored, or found to be there, may stand in index files that came since the run began. */
  async #noteIndexes(): Promise<void> {
    if (!this.#index.isLoaded) return;
    for (const id of await this.#job.repository.listIds('index')) this.#indexes.add(id);
  }

  #newWalk(): { job: ArchiveJob; walk: TreeWalk } {
    const job = this.#job;
    const walk = new TreeWalk({
      files: job.files,
      contents: this.#archiver,
      encoder: this.#encoder,
      policy: {
        ownerUid: job.ownerUid,
        trustedUids: new Set(job.trustedUids),
        deviceMinor: this.#rootStatus[statusWords.deviceMinor] ?? 0,
        deviceMajor: this.#rootStatus[statusWords.deviceMajor] ?? 0,
      },
      oldCache: this.#oldCache,
      newCache: this.#newCache,
      coverage: this.#coverage,
      frames: job.repository.workspace.frames,
      changes: job.changes,
      signal: job.signal,
      onEntries: job.onProgress,
    });
    this.#walk = walk;
    return { job, walk };
  }

  /** Whether the home itself, not what is in it, is surely as the last run saw it. */
  #isHomeUnchanged(): boolean {
    const old = this.#oldCache?.header;
    if (old === undefined || !sameStatus(old.rootStatus, 0, this.#rootStatus)) return false;
    return !isRacy(old.rootStatus, 0, racySince(old.startedSeconds));
  }

  /** The same home with the same coverage and nothing beside is the same tree: then nothing at all is stored. */
  async #rootTree(tree: string, coverageJson: string, beside: ReadonlyMap<string, string>): Promise<string> {
    const old = this.#oldCache?.header;
    const unchanged =
      old !== undefined &&
      beside.size === 0 &&
      isWholeHome(this.#job) &&
      old.homeTree === tree &&
      old.coverage === crc32(coverageJson) &&
      this.#isHomeUnchanged();
    if (unchanged) return old.tree;
    const home = { tree, attributes: this.#rootAttributes };
    return storeRootTree(this.#rootTools(), { status: this.#rootStatus, home, beside, coverageJson });
  }

  #rootTools(): RootTools {
    return { writer: this.#writer, encoder: this.#encoder, owners: this.#job.owners, input: this.#input };
  }

  /** What is beside the home is read when the home is done. */
  #newStreams(): StreamArchiver {
    const { repository, owners, signal, onProgress, time } = this.#job;
    const { files = 0, bytes = 0 } = this.#walk ?? {};
    return new StreamArchiver({
      contents: new StreamContents(this.#writer, new Chunker(repository.chunkerPolynomial), this.#input),
      encoder: this.#encoder,
      coverage: this.#coverage,
      owners,
      owner: this.#rootStatus,
      time: time ?? this.#startedAt,
      signal,
      onProgress: (more, moreBytes) => onProgress(files + more, bytes + moreBytes),
    });
  }

  #saveSnapshot(tree: string, beside: { bytes: number }): Promise<SnapshotId> {
    const job = this.#job;
    const files = this.#walk?.files ?? 0;
    const { newFiles, changedFiles } = this.#archiver;
    const startedAt = job.time ?? this.#startedAt;
    const tookMilliseconds = job.clock.now().getTime() - this.#startedAt.getTime();
    return saveSnapshot(job.repository, {
      time: startedAt,
      parent: this.#oldCache?.header.snapshotId,
      tree,
      paths: snapshotPaths(job),
      hostname: job.hostname,
      username: job.username,
      tags: job.tags,
      programVersion: job.programVersion,
      summary: {
        startedAt,
        finishedAt: new Date(startedAt.getTime() + tookMilliseconds),
        filesNew: newFiles,
        filesChanged: changedFiles,
        filesUnmodified: files - newFiles - changedFiles,
        bytesAdded: this.#writer.storedBytes,
        filesTotal: files,
        bytesTotal: (this.#walk?.bytes ?? 0) + beside.bytes,
      },
    });
  }

  #commitCache(result: WalkResult, made: { tree: string; coverageJson: string; snapshotId: SnapshotId }): void {
    if (result.block === undefined) return;
    this.#newCache?.commit({
      snapshotId: made.snapshotId,
      tree: made.tree,
      homeTree: result.tree,
      coverage: crc32(made.coverageJson),
      startedSeconds: Math.floor(this.#startedAt.getTime() / 1000),
      scope: cacheScope(this.#job),
      root: result.block,
      rootStatus: this.#rootStatus,
      indexes: [...this.#indexes],
    });
  }
}

function isWholeHome({ paths, folders = [] }: ArchiveJob): boolean {
  return paths.length === 0 && folders.length === 0;
}

/** A snapshot is read whenever restore points are listed: beyond this, it names only the topmost folders. */
const mostSnapshotPaths = 100;

function snapshotPaths(job: ArchiveJob): string[] {
  if (isWholeHome(job)) return [`/${filesFolder}`];
  const named = [...job.paths, ...(job.folders ?? [])];
  const paths = named.length > mostSnapshotPaths ? named.map((path) => path.slice(0, 1)) : named;
  const texts = paths.map((path) => ['', filesFolder, ...path.map((part) => part.toString('utf8'))].join('/'));
  const distinct = [...new Set(texts)].slice(0, mostSnapshotPaths);
  // The home's own name alone would say that all of it is there.
  return distinct.map((path) => (path === `/${filesFolder}` ? `${path}/.` : path));
}
