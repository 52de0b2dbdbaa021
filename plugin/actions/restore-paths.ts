import type { TreeWriter, WriteReport } from '../contracts/tree-writer.ts';
import { BlobsAhead } from '../engine/blobs-ahead.ts';
import { countSelection } from '../engine/count-selection.ts';
import { OpeningThread } from '../engine/opening-thread.ts';
import { restoreSelection } from '../engine/restorer.ts';
import type { RestoreReport, RestoreRequest } from '../protocol/requests.ts';
import { findRepository, masterKeyBytes } from './account-repository.ts';
import { findAccount } from './find-account.ts';
import { joinPath, parseHomePath } from './home-path.ts';
import { isArchives } from './is-archives.ts';
import { expectedBytes, withOpenRestore, type OpenRestore, type WantedRestore } from './open-restore.ts';
import type { Performing, Services, WriterTarget } from './services.ts';

/**
 * Brings paths back, merging with what is there: nothing is deleted. With `dryRun` only counts.
 * @throws {Failure} `unknown-account`, `unknown-restore-point`, `not-found`, `path-outside-home`, `restore-refused`,
 * `home-unsafe`, `writer-stopped`. Problems with single entries are in the report.
 */
export async function restorePaths(performing: Performing, request: RestoreRequest): Promise<RestoreReport> {
  const { services } = performing;
  const account = await findAccount(services, request.account);
  if (isArchives(services, request.from)) {
    const { restoreFromArchive } = await import('./archive-points.ts');
    return restoreFromArchive(performing, account, request);
  }
  const selection = request.paths.map((path) => parseHomePath(path, account.home));
  const wanted = {
    account,
    selection,
    found: await findRepository(services, account, request.from),
    point: request.point,
  };
  if (!request.dryRun) return startAndRun(performing, wanted, request);
  return withOpenRestore(services, wanted, undefined, (open) => preview(performing, open, request));
}

/** The writer starts while the repository is opened, and makes nothing before that has succeeded. */
async function startAndRun(
  performing: Performing,
  wanted: WantedRestore,
  request: RestoreRequest,
): Promise<RestoreReport> {
  const { services } = performing;
  const thread = openingThread(services, wanted);
  const opened = Promise.withResolvers<void>();
  const starting = services.openWriter(wanted.account, targetOf(request), undefined, opened.promise);
  for (const promise of [starting, opened.promise]) promise.catch(() => {}); // what is thrown first is told
  try {
    return await withOpenRestore(services, wanted, thread, async (open) => {
      opened.resolve();
      return run(performing, request, { ...open, writer: await starting, ahead: aheadOf(open, thread) });
    });
  } finally {
    opened.reject(new Error('there is nothing to restore')); // unless it has resolved
    await Promise.allSettled([closeWriter(starting), thread?.close()]);
  }
}

async function closeWriter(starting: Promise<TreeWriter>): Promise<void> {
  await (await starting).close();
}

/** On two cores the writer and the walk are enough to do: a third thread only costs (docs/decisions/0012). */
const leastCores = 3;

function aheadOf({ reader }: OpenRestore, thread: OpeningThread | undefined): BlobsAhead | undefined {
  return thread === undefined ? undefined : new BlobsAhead(reader, thread);
}

function openingThread(services: Services, { found }: WantedRestore): OpeningThread | undefined {
  if (services.configuration.limits.parallel < leastCores) return undefined;
  const { place } = found;
  return new OpeningThread((memory, onEnd) => {
    return services.startBlobThread({ place, masterKey: masterKeyBytes(found), memory }, onEnd);
  });
}

async function preview(performing: Performing, open: OpenRestore, request: RestoreRequest): Promise<RestoreReport> {
  const begun = performing.services.clock.elapsedMilliseconds();
  const counts = await countSelection({ ...open, signal: performing.signal });
  const lost = counts.refused + counts.damaged;
  const written = { files: counts.files, folders: counts.folders, links: counts.links, bytes: counts.bytes };
  return toReport(performing, open, request, { ...written, problems: [], problemCount: lost, begun });
}

interface StartedRestore extends OpenRestore {
  readonly writer: TreeWriter;
  readonly ahead: BlobsAhead | undefined;
}

async function run(performing: Performing, request: RestoreRequest, restore: StartedRestore): Promise<RestoreReport> {
  const { services, onProgress, signal } = performing;
  const { account, selection, point } = restore;
  const begun = services.clock.elapsedMilliseconds();
  const bytesTotal = expectedBytes(selection, point);
  const written = await restoreSelection({
    ...restore,
    owner: account,
    signal,
    onProgress: (items, bytes) =>
      onProgress({
        kind: 'advance',
        step: 'restore',
        account: account.name,
        items,
        itemsTotal: undefined,
        bytes,
        bytesTotal,
      }),
  });
  return toReport(performing, restore, request, { ...written, begun });
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
