import type { ArchiveOutcome } from '../contracts/archive-pool.ts';
import { fileTypes, statusWords } from '../contracts/file-system.ts';
import type { ArchiveJob } from './archive-job.ts';
import { BlobWriter } from './blob-writer.ts';
import { Chunker } from './chunker.ts';
import { CoverageLog } from './coverage-log.ts';
import { FileContents } from './file-contents.ts';
import { storeRootTree } from './root-tree.ts';
import { RunIndex } from './run-index.ts';
import { saveSnapshot } from './snapshot.ts';
import { StreamArchiver } from './stream-archiver.ts';
import { StreamContents } from './stream-contents.ts';
import { TreeEncoder } from './tree-encoder.ts';

export type StreamsJob = Pick<
  ArchiveJob,
  | 'repository'
  | 'streams'
  | 'ownerUid'
  | 'owners'
  | 'hostname'
  | 'username'
  | 'tags'
  | 'programVersion'
  | 'clock'
  | 'time'
  | 'signal'
  | 'helper'
  | 'onProgress'
  | 'look'
>;

/**
 * Makes a snapshot of what is otherwise kept beside the home, without the home.
 * @throws what the store throws; what the signal was aborted with. No snapshot is made then.
 */
export async function archiveStreams(job: StreamsJob): Promise<ArchiveOutcome> {
  const { workspace } = job.repository;
  const input = workspace.borrow(FileContents.inputBytes);
  try {
    return await archive(job, input);
  } finally {
    workspace.giveBack(input);
  }
}

async function archive(
  job: StreamsJob,
  input: ReturnType<StreamsJob['repository']['workspace']['borrow']>,
): Promise<ArchiveOutcome> {
  const { repository, owners, streams: folders = [] } = job;
  const begun = job.clock.now();
  const coverageLog = new CoverageLog();
  const index = new RunIndex(repository);
  const writer = new BlobWriter(repository, () => index.load(), job);
  const encoder = new TreeEncoder(writer, owners, repository.workspace.codec.allocate);
  const contents = new StreamContents(writer, new Chunker(repository.chunkerPolynomial), input);
  const status = ownerStatus(job.ownerUid);
  const time = job.time ?? begun;
  const tools = { contents, encoder, coverage: coverageLog, owner: status, time };
  const streams = new StreamArchiver({ ...tools, owners, signal: job.signal, onProgress: job.onProgress });
  await streams.archive(folders);
  const coverage = coverageLog.result();
  const coverageJson = `${JSON.stringify(coverage, null, 2)}\n`;
  const beside = await streams.finish();
  const root = { status, home: undefined, beside, coverageJson };
  const tree = await storeRootTree({ writer, encoder, owners, input }, root);
  await writer.finish();
  const { files, bytes } = streams.stored;
  const tookMilliseconds = job.clock.now().getTime() - begun.getTime();
  const counts = { filesNew: files, filesChanged: 0, filesUnmodified: 0, bytesAdded: writer.storedBytes };
  const snapshotId = await saveSnapshot(repository, {
    time,
    parent: undefined,
    tree,
    hostname: job.hostname,
    username: job.username,
    tags: job.tags,
    paths: topPaths(folders),
    programVersion: job.programVersion,
    summary: {
      startedAt: time,
      finishedAt: new Date(time.getTime() + tookMilliseconds),
      ...counts,
      filesTotal: files,
      bytesTotal: bytes,
    },
  });
  const outcome = { snapshotId, files: 0, bytes, databases: streams.stored.folders, filesNew: 0, filesChanged: 0 };
  const look = await index.look(snapshotId, job.look);
  return { ...outcome, bytesRead: bytes, bytesAdded: writer.storedBytes, coverage, look };
}

function topPaths(folders: NonNullable<StreamsJob['streams']>): string[] {
  const tops = new Set(folders.map(({ path }) => `/${path[0] ?? ''}`));
  return tops.size === 0 ? ['/databases'] : [...tops];
}

/** As a home that nobody but its owner enters. */
function ownerStatus(uid: number): Int32Array {
  const words = new Int32Array(statusWords.count);
  words[statusWords.uid] = uid | 0;
  words[statusWords.gid] = uid | 0;
  words[statusWords.mode] = fileTypes.folder | 0o700;
  return words;
}
