import type { WriteReport } from '../contracts/tree-writer.ts';
import type { Account } from '../domain/account.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { countSelection } from '../engine/count-selection.ts';
import { findHome } from '../engine/home-tree.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import { RepositoryIndex } from '../engine/repository-index.ts';
import type { Repository } from '../engine/repository.ts';
import { restoreReadAheadBytes, restoreSelection } from '../engine/restorer.ts';
import type { PointLine, RestoreReport, RestoreRequest } from '../protocol/requests.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { findAccount } from './find-account.ts';
import { parseHomePath } from './home-path.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Performing, WriterTarget } from './services.ts';

/** What a restore works on, once the request is understood. */
interface OpenRestore {
  readonly account: Account;
  readonly point: PointLine;
  readonly home: TreeNode;
  readonly reader: BlobReader;
  readonly selection: readonly (readonly Buffer[])[];
}

/**
 * Brings paths back, merging with what is there: nothing is deleted. With `dryRun` only counts.
 * @throws {Failure} `unknown-account`, `unknown-restore-point`, `not-found`, `path-outside-home`, `restore-refused`,
 * `home-unsafe`, `writer-stopped`. Problems with single entries are in the report.
 */
export async function restorePaths(performing: Performing, request: RestoreRequest): Promise<RestoreReport> {
  const { services } = performing;
  const account = await findAccount(services, request.account);
  const selection = request.paths.map((path) => parseHomePath(path, account.home));
  const repository = await openRepository(services, await findRepository(services, account));
  const lock = await lockRepository(repository, false, services.locker);
  try {
    const open = await openRestore(repository, { account, selection, point: request.point });
    try {
      return await (request.dryRun ? preview(performing, open, request) : run(performing, open, request));
    } finally {
      open.reader.close();
    }
  } finally {
    await lock.release();
  }
}

async function openRestore(
  repository: Repository,
  wanted: { account: Account; selection: OpenRestore['selection']; point: string },
): Promise<OpenRestore> {
  const { account, selection } = wanted;
  const snapshot = await findPoint(repository, wanted.point, account.name);
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), restoreReadAheadBytes);
  return { account, selection, reader, point: toPointLine(snapshot), home: await findHome(reader, snapshot) };
}

async function preview(performing: Performing, open: OpenRestore, request: RestoreRequest): Promise<RestoreReport> {
  const begun = performing.services.clock.elapsedMilliseconds();
  const counts = await countSelection({ ...open, signal: performing.signal });
  const lost = counts.refused + counts.damaged;
  const written = { files: counts.files, folders: counts.folders, links: counts.links, bytes: counts.bytes };
  return toReport(performing, open, request, { ...written, problems: [], problemCount: lost, begun });
}

async function run(performing: Performing, open: OpenRestore, request: RestoreRequest): Promise<RestoreReport> {
  const { services, onProgress, signal } = performing;
  const begun = services.clock.elapsedMilliseconds();
  const expected = expectedOf(open);
  const writer = await services.openWriter(open.account, targetOf(request));
  try {
    const written = await restoreSelection({
      ...open,
      writer,
      owner: open.account,
      signal,
      onProgress: (items, bytes) =>
        onProgress({
          kind: 'advance',
          step: 'restore',
          account: open.account.name,
          items,
          itemsTotal: undefined,
          bytes,
          bytesTotal: expected,
        }),
    });
    return toReport(performing, open, request, { ...written, begun });
  } finally {
    await writer.close();
  }
}

/** How much will come back, where that is known without looking: counting would walk everything twice. */
function expectedOf({ selection, point }: OpenRestore): number | undefined {
  return selection.some((path) => path.length === 0) ? point.bytes : undefined;
}

function targetOf({ to }: RestoreRequest): WriterTarget {
  return to === undefined ? { kind: 'home' } : { kind: 'folder', path: to };
}

function toReport(
  { services }: Performing,
  { account, point }: OpenRestore,
  request: RestoreRequest,
  written: WriteReport & { readonly begun: number },
): RestoreReport {
  return {
    account: account.name,
    point,
    to: request.to ?? account.home,
    dryRun: request.dryRun,
    files: written.files,
    folders: written.folders,
    links: written.links,
    bytes: written.bytes,
    seconds: (services.clock.elapsedMilliseconds() - written.begun) / 1000,
    problemCount: written.problemCount,
    problems: written.problems.map(({ path, reason, lost }) => {
      return { path: joinPath(path).toString('base64'), reason, lost };
    }),
  };
}

function joinPath(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('/'), part])));
}
