import type { ScheduleReport, ScheduledRun } from '../../protocol/schedules.ts';
import type { Command, Given, Session } from '../command.ts';
import { parseCount } from '../count-argument.ts';
import type { Page } from '../page.ts';
import { describeRetention, renderKept } from '../retention-lines.ts';
import { renderTable } from '../table.ts';

const mostDays = 400;

export const scheduleCommand: Command = {
  name: 'schedule',
  usage: '[--simulate DAYS]',
  arguments: { least: 0, most: 0 },
  options: ['simulate'],
  account: 'optional',
  audience: 'everyone',
  run: async (given, session) => {
    const { page } = session;
    const answer = await ask(given, session);
    return {
      schema: 'larder/schedule/1',
      answer,
      exitCode: 0,
      lines: [...renderRuns(answer.runs, page), ...renderAccount(answer, page)],
      notes: explain(answer, page),
    };
  },
};

async function ask(given: Given, { perform, page, ownAccount }: Session): Promise<ScheduleReport> {
  const typed = given.option('simulate');
  const days = typed === undefined ? undefined : parseCount('--simulate', typed, { most: mostDays, texts: page.texts });
  const account = given.account === '' ? await ownAccount() : given.account;
  if (account === undefined) return perform<'server-schedule'>({ kind: 'server-schedule', days });
  return perform<'schedule'>({ kind: 'schedule', account, days });
}

function renderRuns(runs: readonly ScheduledRun[], page: Page): readonly string[] {
  const { texts } = page;
  const columns = [
    { title: texts.say('column.time') },
    { title: texts.say('schedule.until') },
    { title: texts.say('schedule.name') },
    { title: texts.say('column.work') },
    { title: texts.say('schedule.accounts'), side: 'right' as const },
  ];
  const rows = runs.map((run) => [
    page.at(run.expectedAt ?? run.dueAt),
    run.until === undefined ? '' : page.at(run.until),
    run.schedule,
    texts.say(`schedule.does.${run.does}`),
    run.does === 'system' ? '' : page.number(run.accounts),
  ]);
  return renderTable(columns, rows, page.paint);
}

function renderAccount({ retention, points }: ScheduleReport, page: Page): string[] {
  if (retention === undefined) return [];
  return ['', describeRetention(retention, page), ...renderKept(points, page)];
}

function explain({ runs, skips, timeZone }: ScheduleReport, page: Page): string[] {
  const { texts } = page;
  const told = skips.slice(0, 5).map(({ account, at, reason }) => {
    return page.mark('warning', texts.say(`schedule.skipped.${reason}`, { account, time: page.at(at) }));
  });
  const none = runs.length === 0 ? [texts.say('schedule.none')] : [];
  return [...none, ...told, page.paint('grey', texts.say('schedule.zone', { timeZone }))];
}
