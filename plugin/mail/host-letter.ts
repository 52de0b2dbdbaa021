import type { AlertList, HostMessage } from '../domain/mail.ts';
import { showName } from '../domain/show-name.ts';
import type { Letter, LetterTools } from './letter.ts';

type Alerts = Extract<HostMessage, { kind: 'alerts' }>;
type Report = Extract<HostMessage, { kind: 'report' }>;
type Alert = AlertList['some'][number];

/** What began and what is over, in one mail. Sentences are those of `larder alerts`. */
export function alertLetter({ begun, over, failures, server }: Alerts, tools: LetterTools): Letter {
  const { say } = tools;
  const warnings = begun.total - failures;
  const subject = begun.total === 0 ? 'over' : failures > 0 ? 'failed' : 'warned';
  const counts = [
    ...(failures > 0 ? [say('alerts.failures', { count: failures })] : []),
    ...(warnings > 0 ? [say('alerts.warnings', { count: warnings })] : []),
    ...(over.total > 0 ? [say('alerts.over', { count: over.total })] : []),
  ];
  return {
    subject: say(`alerts.subject.${subject}`, { server, count: begun.total === 0 ? over.total : begun.total }),
    title: counts[0] ?? '',
    lead: counts.slice(1).join(' '),
    rows: [...linesOf(begun, tools, ''), ...linesOf(over, tools, say('alerts.isOver'))],
    buttons: [],
    note: undefined,
    foot: [say('alerts.look')],
  };
}

function linesOf({ total, some }: AlertList, tools: LetterTools, mark: string): (readonly [string, string])[] {
  const lines = some.map((alert) => [sentenceOf(alert, tools), mark] as const);
  const more = total - some.length;
  return more > 0 ? [...lines, [tools.say('alerts.more', { count: more }), mark]] : lines;
}

/** Times and sizes as people read them; names from elsewhere are made harmless. */
function sentenceOf({ kind, account, facts }: Alert, { say, formats }: LetterTools): string {
  const readable = Object.entries(facts).map(([name, value]): [string, string | number] => {
    if (name.endsWith('At') || name === 'at') return [name, formats.date(String(value), 'shortTime')];
    if (name.startsWith('bytes')) return [name, formats.bytes(Number(value))];
    if (name === 'problem') return [name, problemOf(facts, say)];
    return [name, typeof value === 'number' ? value : showName(value)];
  });
  return say(`cli:alerts.kind.${kind}`, {
    account: account ?? '',
    lastGoodAt: '–',
    copiedAt: '–',
    ...Object.fromEntries(readable),
  });
}

/** Why a drill failed, in words. */
function problemOf(
  { problem = '', count = 0, name = '', detail = '' }: Alert['facts'],
  say: LetterTools['say'],
): string {
  if (problem === '') return '';
  return showName(say(`cli:drill.problem.${problem}`, { count, name, detail }).trimEnd());
}

/** What a week or a month came to. */
export function reportLetter(report: Report, tools: LetterTools): Letter {
  const { say, formats } = tools;
  const span = { from: formats.date(report.from, 'dayMonth'), to: lastDay(report, tools), server: report.server };
  const isGood = report.recommendations.length === 0;
  return {
    subject: say(`report.subject.${report.period}`, span),
    title: say(isGood ? 'report.good' : 'report.todo', { count: report.recommendations.length }),
    lead: say('report.span', span),
    rows: [...tilesOf(report, tools), ...report.recommendations.map((one) => [recommend(one, tools), ''] as const)],
    buttons: [],
    note: undefined,
    foot: [say('report.more')],
  };
}

/** A report ends where the next day begins. */
function lastDay({ until }: Report, { formats }: LetterTools): string {
  return formats.date(new Date(Date.parse(until) - 1).toISOString(), 'dayMonth');
}

function tilesOf(report: Report, { say, formats }: LetterTools): (readonly [string, string])[] {
  const of = (some: number, all: number): string => `${formats.number(some)} / ${formats.number(all)}`;
  return [
    [say('cli:report.tile.adherence'), formats.percent(report.adherence)],
    [say('cli:report.tile.success'), formats.percent(report.successRate)],
    [say('cli:report.tile.proven'), of(report.proven, report.accounts)],
    [say('cli:report.tile.drills'), of(report.drills.passed, report.drills.done)],
    [say('cli:report.tile.alerts'), formats.number(report.alertsOpen)],
    [say('cli:report.column.stored'), formats.bytes(report.bytesStored)],
  ];
}

function recommend({ kind, count, names }: Report['recommendations'][number], { say }: LetterTools): string {
  const more = count > names.length ? ' …' : '';
  return say(`cli:report.recommend.${kind}`, { count, names: `${names.map(showName).join(', ')}${more}` });
}
