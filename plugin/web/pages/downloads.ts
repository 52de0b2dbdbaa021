import { Failure } from '../../domain/failure.ts';
import type { PreparedLine } from '../../protocol/own.ts';
import { parseRange } from '../range.ts';
import { page, redirect, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { AccountVisit } from '../visit.ts';

/** Zips for the customer's own computer: prepared ones that wait, and how each is fetched. */
export const downloadRoutes: readonly Route[] = [
  { method: 'GET', path: '/downloads', access: 'customer', answer: showDownloads },
  { method: 'GET', path: '/downloads/:job/file', access: 'customer', answer: fetchPrepared },
  { method: 'POST', path: '/downloads/:job/cancel', access: 'customer', answer: cancelDownload },
];

const waitsDays = 7;

async function showDownloads(visit: AccountVisit): Promise<Reply> {
  const { account, ask, say } = visit;
  const [{ downloads }, { isMailOn, mail }] = await Promise.all([
    ask({ kind: 'downloads', account }),
    ask({ kind: 'settings', account }),
  ]);
  const isOpen = ({ job, isReady }: PreparedLine) => isReady || job.state === 'waiting' || job.state === 'running';
  return page('downloads', {
    title: say('down.h1'),
    days: waitsDays,
    open: downloads.filter(isOpen).map((line) => present(line, visit)),
    old: downloads.filter((line) => !isOpen(line)).map((line) => present(line, visit)),
    isMailed: isMailOn && mail.ready,
    isMaking: downloads.some(({ job }) => job.state === 'waiting' || job.state === 'running'),
  });
}

function present({ job, report, isReady }: PreparedLine, { formats, say }: AccountVisit) {
  return {
    id: job.id,
    state: isReady ? 'ready' : job.state === 'done' ? 'gone' : job.state,
    name: report?.name ?? say('down.unnamed', { when: formats.date(job.createdAt, 'shortTime') }),
    size: report === undefined ? undefined : formats.bytes(report.bytes),
    files: report?.files,
    problems: report?.problemCount ?? 0,
    until: report === undefined ? undefined : formats.date(report.until, 'shortDay'),
    position: job.position,
    made: formats.bytes(job.progress?.bytes ?? 0),
  };
}

/** Any part of it, so that a browser goes on where it was interrupted (RFC 9110, 14). */
async function fetchPrepared(visit: AccountVisit): Promise<Reply> {
  const { account, ask, header, param } = visit;
  const { downloads } = await ask({ kind: 'downloads', account });
  const found = downloads.find(({ job, isReady }) => isReady && job.id === param('job'));
  if (found?.report === undefined) throw new Failure('unknown-job', { text: param('job'), hint: '' });
  const { name, bytes } = found.report;
  const tag = `"${found.job.id}"`;
  const headers = {
    'Content-Type': 'application/zip',
    'Content-Disposition': attachment(name),
    'Accept-Ranges': 'bytes',
    ETag: tag,
  };
  const range = (header('if-range') ?? tag) === tag ? parseRange(header('range'), bytes) : undefined;
  if (range === 'beyond') {
    return {
      kind: 'bytes',
      status: 416,
      headers: { ...headers, 'Content-Range': `bytes */${bytes}` },
      async write() {},
    };
  }
  const { from, to } = range ?? { from: 0, to: bytes - 1 };
  const part = range === undefined ? {} : { 'Content-Range': `bytes ${from}-${to}/${bytes}` };
  return {
    kind: 'bytes',
    status: range === undefined ? 200 : 206,
    headers: { ...headers, ...part, 'Content-Length': String(to - from + 1) },
    write: (sink, signal) =>
      sendPart(visit, { job: found.job.id, point: found.report?.point.id ?? '', from, to }, sink, signal),
  };
}

interface Part {
  readonly job: string;
  readonly point: string;
  readonly from: number;
  readonly to: number;
}

/** The worker sends all from `from` on: what comes after `to` is not waited for. */
async function sendPart(
  { account, download }: AccountVisit,
  { job, point, from, to }: Part,
  sink: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let left = to - from + 1;
  const enough = new AbortController();
  const cut = async (piece: Uint8Array): Promise<void> => {
    const wanted = piece.subarray(0, left);
    left -= wanted.length;
    if (wanted.length > 0) await sink(wanted);
    if (wanted.length < piece.length) enough.abort();
  };
  try {
    const request = { kind: 'download', account, point, paths: [], offset: from, prepared: job } as const;
    await download(request, cut, AbortSignal.any([signal, enough.signal]));
  } catch (error) {
    if (left > 0) throw error;
  }
}

async function cancelDownload({ account, ask, link, param }: AccountVisit): Promise<Reply> {
  await ask({ kind: 'cancel', account, job: param('job') });
  return redirect(link('/downloads'));
}

/** RFC 6266: the name as browsers read it, and for those that do not, without what is not ASCII. */
export function attachment(name: string): string {
  const plain = name.replaceAll(/[^\w.-]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
