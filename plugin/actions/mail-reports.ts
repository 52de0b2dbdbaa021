import type { ReportNews } from '../domain/mail.ts';
import { planReports, type DueReport } from '../domain/plan-reports.ts';
import { serverWork } from '../domain/server-work.ts';
import type { ProofReport } from '../protocol/proof.ts';
import { makeReport } from './make-report.ts';
import type { Services } from './services.ts';

/**
 * Mails the host what the last week and the last month came to, each once. A time in which nothing was backed up has no
 * report.
 * @returns whether mails were added.
 */
export async function mailReports(services: Services): Promise<boolean> {
  const { emails, every } = services.configuration.proof.reports;
  if (services.configuration.mail === undefined || emails.length === 0) return false;
  const { timeZone } = services.configuration.schedule;
  let added = false;
  for (const due of planReports(services.clock.now().getTime(), timeZone, every)) {
    if (await services.outbox.has(keyOf(due, 0))) continue;
    if (await mailReport(services, due)) added = true;
  }
  return added;
}

async function mailReport(services: Services, due: DueReport): Promise<boolean> {
  const { emails, language } = services.configuration.proof.reports;
  const [from, to] = [new Date(due.from).toISOString(), new Date(due.until).toISOString()];
  const report = await makeReport(services, { from, to });
  if (report.runs.total === 0) return false;
  const news = { ...toNews(report, due), language, server: services.serverName };
  for (const [place, email] of emails.entries()) {
    const mail = { generation: serverWork.generation, uniqueKey: keyOf(due, place), message: { ...news, to: email } };
    await services.outbox.add(mail, services.clock.now());
  }
  return true;
}

function keyOf({ key }: DueReport, place: number): string {
  return `report:${key}:${place}`;
}

function toNews(report: ProofReport, { period }: DueReport): ReportNews {
  return {
    kind: 'report',
    period,
    from: report.from,
    until: report.to,
    adherence: report.adherence,
    successRate: report.runs.successRate,
    accounts: report.accounts.length,
    proven: report.accounts.filter(({ lastDrill }) => lastDrill === 'passed').length,
    drills: { done: report.drills.done, passed: report.drills.passed },
    alertsOpen: report.alerts.open,
    bytesStored: report.storage.reduce((sum, { bytesStored }) => sum + bytesStored, 0),
    recommendations: report.recommendations.map(({ kind, count, names }) => ({ kind, count, names })),
  };
}
