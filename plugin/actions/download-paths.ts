import type { ZipSink, ZipWriter } from '../contracts/zip-writer.ts';
import type { Account } from '../domain/account.ts';
import { Failure } from '../domain/failure.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { findHome } from '../engine/home-tree.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import { readIndex } from '../engine/read-shelf.ts';
import type { Repository } from '../engine/repository.ts';
import { restoreReadAheadBytes } from '../engine/restorer.ts';
import type { Selection } from '../engine/selection-walk.ts';
import type { ZipReport } from '../engine/zip-entries.ts';
import { zipSelection } from '../engine/zip-selection.ts';
import type { Answer, PointLine, Request } from '../protocol/requests.ts';
import type { DownloadProblem } from '../protocol/zip-problems.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { findAccount } from './find-account.ts';
import { joinPath, parseHomePath } from './home-path.ts';
import { isArchives } from './is-archives.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Performing } from './services.ts';

type DownloadRequest = Extract<Request, { kind: 'download' }>;

/**
 * Sends a zip of paths of a restore point to `sink`. The same request on the same restore point makes the same bytes,
 * as long as neither Larder nor Node is another; with `offset` those before it are made again, which takes as long,
 * and dropped: their checksums stand at the end of the zip. Nothing is kept on the way.
 * @throws {Failure} `unknown-account`, `unknown-restore-point`, `not-found`, `path-outside-home`, `invalid-input` for an
 * offset beyond the end; `repository-damaged` naming a large file that turned out damaged half-way; `cancelled`.
 * What came until then may be continued.
 */
export async function downloadPaths(
  performing: Performing,
  request: DownloadRequest,
  sink: ZipSink,
): Promise<Answer<'download'>> {
  const { services } = performing;
  if (request.database !== undefined) {
    const { downloadDatabase } = await import('./download-database.ts');
    return downloadDatabase(performing, request, request.database, sink);
  }
  const account = await findAccount(services, request.account);
  const selection = request.paths.map((path) => parseHomePath(path, account.home));
  refuseUnclear(request);
  if (isArchives(services, request.from)) {
    const { downloadArchive } = await import('./download-archive.ts');
    return downloadArchive(performing, { account, selection, request, sink });
  }
  const repository = await openRepository(services, await findRepository(services, account, request.from));
  const lock = await lockRepository(repository, false, services.locker);
  try {
    return await sendZip(performing, repository, { account, selection, request, sink });
  } finally {
    await lock.release();
  }
}

export interface Download {
  readonly account: Account;
  readonly selection: Selection;
  readonly request: DownloadRequest;
  readonly sink: ZipSink;
}

/** `latest` may be another restore point when a download is continued, and the zip would be none. */
function refuseUnclear({ paths, point, offset }: DownloadRequest): void {
  if (paths.length === 0) throw new Failure('invalid-input', { field: 'paths', text: '', hint: 'at least one path' });
  if (offset > 0 && !/^[0-9a-f]{8,64}$|Z-(full|own|own-asked|diff-.+)$/.test(point)) {
    throw new Failure('invalid-input', { field: 'point', text: point, hint: 'to continue: the id of a restore point' });
  }
}

async function sendZip(
  performing: Performing,
  repository: Repository,
  download: Download,
): Promise<Answer<'download'>> {
  const { account, selection, request } = download;
  const snapshot = await findPoint(repository, request.point, account.name, selection);
  const reader = new BlobReader(repository, await readIndex(repository), restoreReadAheadBytes);
  try {
    const home = await findHome(reader, snapshot);
    return await fillZip(performing, download, toPointLine(snapshot), (zip) =>
      zipSelection({ reader, home, selection, zip, signal: performing.signal }),
    );
  } finally {
    reader.close();
  }
}

/** Sends what `fill` puts into a zip, from the offset on. */
export async function fillZip(
  { services, signal }: Performing,
  { account, request, sink }: Download,
  point: PointLine,
  fill: (zip: ZipWriter) => Promise<ZipReport>,
): Promise<Answer<'download'>> {
  const zip = await services.openZip(from(request.offset, sink));
  try {
    const { report, bytes } = await endingWith(signal, zip, async () => {
      const report = await fill(zip);
      return { report, bytes: await zip.finish() };
    });
    refuseBeyond(bytes, request.offset);
    const { files, problemCount } = report;
    const problems = report.problems.map(({ path, reason }): DownloadProblem => ({
      path: joinPath(path).toString('base64'),
      reason,
    }));
    return { account: account.name, point, bytes, files, problems, problemCount };
  } finally {
    await zip.close();
  }
}

/** Drops what comes before `offset`. */
function from(offset: number, sink: ZipSink): ZipSink {
  let missing = offset;
  return async (bytes) => {
    const dropped = Math.min(missing, bytes.length);
    missing -= dropped;
    if (dropped < bytes.length) await sink(dropped === 0 ? bytes : bytes.subarray(dropped));
  };
}

/** Who waits for a sink that takes nothing any more is woken when the signal fires. @throws {Failure} `cancelled`. */
async function endingWith<Result>(signal: AbortSignal, zip: ZipWriter, work: () => Promise<Result>): Promise<Result> {
  const end = (): void => void zip.close();
  signal.addEventListener('abort', end);
  try {
    signal.throwIfAborted();
    return await work();
  } catch (cause) {
    if (signal.aborted) throw new Failure('cancelled', { action: 'download' }, { cause });
    throw cause;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

function refuseBeyond(bytes: number, offset: number): void {
  if (offset <= bytes) return;
  const facts = { field: 'offset', text: String(offset), hint: `0 to ${bytes}` };
  throw new Failure('invalid-input', facts);
}
