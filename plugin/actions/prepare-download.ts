import { Failure } from '../domain/failure.ts';
import { showName } from '../domain/show-name.ts';
import type { PreparedLine, PreparedReport } from '../protocol/own.ts';
import type { Answer, Request } from '../protocol/requests.ts';
import { downloadPaths } from './download-paths.ts';
import { findAccount } from './find-account.ts';
import { joinPath, parseHomePath } from './home-path.ts';
import { toJobLines } from './job-lines.ts';
import { findJob } from './jobs.ts';
import type { Performing, Services } from './services.ts';

type PrepareRequest = Extract<Request, { kind: 'prepare-download' }>;
type Sink = (bytes: Uint8Array) => Promise<void>;

/** For so long a prepared download waits. */
export const preparedDays = 7;
/** So many of an account wait at a time; a newer one takes the place of the oldest. */
const mostPrepared = 5;
const jobsLooked = 200;
const tellEveryBytes = 4 * 1024 * 1024;

/**
 * Makes a zip of paths of a restore point, which waits for its account for a week. Nothing of it counts against the
 * account's quota. @throws {Failure} as `downloadPaths`; `no-space`. Then nothing is kept.
 */
export async function prepareDownload(performing: Performing, request: PrepareRequest): Promise<PreparedReport> {
  const { services, jobId } = performing;
  if (jobId === undefined) throw new Failure('invalid-input', { field: 'kind', text: request.kind, hint: 'enqueue' });
  const account = await findAccount(services, request.account);
  const file = services.spool.begin(account.generation, jobId);
  try {
    const told = tellProgress(performing, account.name);
    const sink: Sink = async (bytes) => {
      file.write(bytes);
      told(bytes.length);
    };
    const { point, paths } = request;
    const made = await downloadPaths(
      performing,
      { kind: 'download', account: account.name, point, paths, offset: 0 },
      sink,
    );
    await file.finish();
    services.spool.keepNewest(account.generation, mostPrepared);
    const until = new Date(services.clock.now().getTime() + preparedDays * 86_400_000).toISOString();
    const name = nameOf(request, made.point.time, account.home);
    const { files, bytes, problemCount } = made;
    return { account: account.name, name, files, bytes, problemCount, until, point: made.point };
  } finally {
    file.discard();
  }
}

function tellProgress({ onProgress }: Performing, account: string): (bytes: number) => void {
  const total = { itemsTotal: undefined, bytesTotal: undefined };
  let [bytes, told] = [0, 0];
  return (length) => {
    bytes += length;
    if (bytes - told < tellEveryBytes) return;
    told = bytes;
    onProgress({ kind: 'advance', step: 'copy', account, items: 0, bytes, ...total });
  };
}

/** Of one thing its name, else the account's; with the day of the restore point. */
function nameOf({ account, paths }: PrepareRequest, pointTime: string, home: string): string {
  const [only] = paths.length === 1 ? paths : [];
  const last = only === undefined ? undefined : parseHomePath(only, home).at(-1);
  const name = showName(last === undefined ? account : joinPath([last])).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
  return `${name.slice(0, 80)}-${pointTime.slice(0, 10)}.zip`;
}

/** The downloads of an account that were prepared, or are being, the newest first. */
export async function listPrepared(services: Services, name: string): Promise<Answer<'downloads'>> {
  const account = await findAccount(services, name);
  const jobs = (await services.jobs.list(account.generation, jobsLooked)).filter(
    ({ kind }) => kind === 'prepare-download',
  );
  const lines = await toJobLines(services, jobs);
  const downloads = lines.map((job, index): PreparedLine => {
    const result = jobs[index]?.result;
    const report = result === undefined ? undefined : (JSON.parse(result) as PreparedReport);
    const id = jobs[index]?.id;
    const isThere = id !== undefined && services.spool.size(account.generation, id) !== undefined;
    const isInTime = report !== undefined && Date.parse(report.until) > services.clock.now().getTime();
    return { job, report, isReady: isThere && isInTime };
  });
  return { account: account.name, downloads };
}

/**
 * Sends a prepared download, from any byte on. @throws {Failure} `unknown-job` when there is none, or it is gone;
 * `invalid-input` for an offset beyond its end.
 */
export async function sendPrepared(
  { services, signal }: Performing,
  request: { readonly account: string; readonly prepared: string; readonly offset: number },
  sink: Sink,
): Promise<Answer<'download'>> {
  const { id, generation, kind, result } = await findJob(services, request.account, request.prepared);
  const size = kind === 'prepare-download' ? services.spool.size(generation, id) : undefined;
  if (size === undefined || result === undefined)
    throw new Failure('unknown-job', { text: request.prepared, hint: '' });
  if (request.offset > size) {
    throw new Failure('invalid-input', { field: 'offset', text: String(request.offset), hint: `0 to ${size}` });
  }
  for await (const bytes of services.spool.read(generation, id, request.offset)) {
    if (signal.aborted) throw new Failure('cancelled', { action: 'download' });
    await sink(bytes);
  }
  const { point, files, problemCount } = JSON.parse(result) as PreparedReport;
  return { account: request.account, point, bytes: size, files, problems: [], problemCount };
}
