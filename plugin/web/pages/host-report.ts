import type { ProofReport } from '../../protocol/proof.ts';
import { askedPage } from '../paging.ts';
import { presentReport } from '../presenters/host-report.ts';
import { page, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { HostVisit } from '../visit.ts';

/** What `larder report` tells, on a page and as files. */
export const hostReportRoutes: readonly Route[] = [
  { method: 'GET', path: '/host/report', access: 'admin', answer: showReport },
  { method: 'GET', path: '/host/report.pdf', access: 'admin', answer: sendPdf },
  { method: 'GET', path: '/host/report.csv', access: 'admin', answer: sendCsv },
  { method: 'GET', path: '/host/report.json', access: 'admin', answer: sendJson },
];

const spans = { week: 7, month: 30, quarter: 91 } as const;
type Span = keyof typeof spans;
const dayMilliseconds = 86_400_000;
const perPage = 100;

/** The days until now. */
export function lastDays(days: number, now: Date): { readonly from: string; readonly to: string } {
  return { from: new Date(now.getTime() - days * dayMilliseconds).toISOString(), to: now.toISOString() };
}

async function showReport(visit: HostVisit): Promise<Reply> {
  const { formats, language, query, reports } = visit;
  const { span, report } = await makeReport(visit);
  const words = reports.words(report, language);
  const files = ['pdf', 'csv', 'json'].map((type) => ({ type, to: visit.link(`/host/report.${type}`, { span }) }));
  const told = presentReport(report, words, { page: askedPage(query('page')), perPage, formats });
  return page('host-report', { title: words.title, span, spans: Object.keys(spans), files, ...told });
}

async function sendPdf(visit: HostVisit): Promise<Reply> {
  const { report } = await makeReport(visit);
  return file(report, 'pdf', 'application/pdf', await visit.reports.pdf(report, visit.language));
}

async function sendCsv(visit: HostVisit): Promise<Reply> {
  const { report } = await makeReport(visit);
  return file(report, 'csv', 'text/csv; charset=utf-8', Buffer.from(visit.reports.csv(report)));
}

async function sendJson(visit: HostVisit): Promise<Reply> {
  const { report } = await makeReport(visit);
  return file(report, 'json', 'application/json; charset=utf-8', Buffer.from(visit.reports.json(report)));
}

async function makeReport({ ask, now, query }: HostVisit): Promise<{ span: Span; report: ProofReport }> {
  const span = (Object.keys(spans) as Span[]).find((known) => known === query('span')) ?? 'month';
  return { span, report: await ask({ kind: 'report', ...lastDays(spans[span], now) }) };
}

function file({ from, to }: ProofReport, ending: string, type: string, bytes: Uint8Array): Reply {
  const name = `larder-${from.slice(0, 10)}-${to.slice(0, 10)}.${ending}`;
  return {
    kind: 'bytes',
    headers: {
      'Content-Type': type,
      'Content-Length': String(bytes.length),
      'Content-Disposition': `attachment; filename="${name}"`,
    },
    write: (sink) => sink(bytes),
  };
}
