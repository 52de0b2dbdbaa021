import type { StatusReport } from '../../protocol/jobs.ts';
import { padToWidth, displayWidth } from '../display-width.ts';
import type { Command } from '../command.ts';
import type { Page } from '../page.ts';
import { showText } from '../show-text.ts';

export const statusCommand: Command = {
  name: 'status',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'needed',
  audience: 'everyone',
  run: async ({ account }, { page, perform, larder }) => {
    const answer = await perform<'status'>({ kind: 'status', account });
    return {
      schema: 'larder/status/1',
      answer,
      exitCode: 0,
      lines: [...describe(answer, await larder(account), page), ...(await describeJobs(answer, page))],
      notes: answer.workerRunning ? [] : [page.mark('warning', page.texts.say('status.noWorker'))],
    };
  },
};

function describe(report: StatusReport, larder: string, page: Page): string[] {
  const { texts } = page;
  const rows = [
    [texts.say('status.account'), page.paint('bold', showText(report.account))],
    [texts.say('status.lastBackup'), describeLast(report, larder, page)],
    [texts.say('status.points'), describePoints(report, page)],
    ...describeProven(report, page),
    [texts.say('status.passphrase'), report.ownPassphrase === true ? texts.say('status.ownPassphrase') : ''],
    [texts.say('status.undo'), describeUndo(report, larder, page)],
  ].filter(([, text]) => text !== '');
  const width = Math.max(...rows.map(([name = '']) => displayWidth(name)));
  return rows.map(([name = '', text = '']) => `${page.paint('grey', padToWidth(name, width))}  ${text}`);
}

async function describeJobs({ jobs }: StatusReport, page: Page): Promise<string[]> {
  if (jobs.length === 0) return [];
  const { renderJobs } = await import('../job-lines.ts');
  return ['', ...renderJobs(jobs, page)];
}

function describeLast({ lastBackup }: StatusReport, larder: string, page: Page): string {
  if (lastBackup === undefined) return page.texts.say('status.noBackup', { command: `${larder} backup` });
  const { time, bytes } = lastBackup;
  return page.texts.say('status.last', { time: page.at(time), ago: page.ago(time), size: page.size(bytes) });
}

function describePoints({ points, oldestPointAt }: StatusReport, page: Page): string {
  if (points === 0 || oldestPointAt === undefined) return '';
  return page.texts.say('status.pointsSince', { count: points, time: page.at(oldestPointAt) });
}

/** A time alone would promise more than was seen: where databases were not loaded, that is said. The first line is named. */
function describeProven({ proven }: StatusReport, page: Page): string[][] {
  const { everything, filesOnly, failed } = proven;
  const { texts } = page;
  const passed = [
    ...(filesOnly === undefined ? [] : sayTried('status.filesProvenOn', filesOnly, page)),
    ...(everything === undefined ? [] : sayTried('status.provenOn', everything, page)),
  ];
  const last = failed === undefined ? [] : sayTried(`status.drillFailed.${failed.fault}`, failed, page);
  return [
    ...passed.map((text, line) => [line === 0 ? texts.say('status.proven') : '', text]),
    ...last.map((text, line) => [line === 0 ? texts.say('status.lastDrill') : '', text]),
  ];
}

interface Tried {
  readonly at: string;
  readonly pointTime: string;
  readonly seconds?: number;
}

/** What it came to; below it, of which backup that was. */
function sayTried(key: string, { at: time, pointTime, seconds }: Tried, page: Page): string[] {
  const { texts, at, ago, duration } = page;
  const backup = { backup: at(pointTime), duration: duration(seconds ?? 0) };
  return [
    texts.say(key, { time: at(time), ago: ago(time) }),
    texts.say(seconds === undefined ? 'status.triedBackup' : 'status.provenBackup', backup),
  ];
}

function describeUndo({ undo }: StatusReport, larder: string, page: Page): string {
  if (undo === undefined) return '';
  const facts = { done: page.ago(undo.finishedAt), until: page.day(undo.until), command: `${larder} undo` };
  return page.texts.say('status.undoable', facts);
}
