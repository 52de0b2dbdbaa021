import type { AlertLine } from '../../protocol/proof.ts';
import type { Command } from '../command.ts';
import type { Page } from '../page.ts';

export const alertsCommand: Command = {
  name: 'alerts',
  usage: '[--now] [--over]',
  arguments: { least: 0, most: 0 },
  options: ['now', 'over'],
  account: 'none',
  audience: 'administrator',
  run: async (given, { page, perform }) => {
    if (given.has('now')) await perform<'watch'>({ kind: 'watch' });
    const answer = await perform<'alerts'>({ kind: 'alerts', over: given.has('over') });
    const open = answer.alerts.filter(({ resolvedAt }) => resolvedAt === undefined);
    return {
      schema: 'larder/alerts/1',
      answer,
      exitCode: open.some(({ severity }) => severity === 'failure') ? 1 : 0,
      lines: answer.alerts.map((alert) => describe(alert, page)),
      notes: open.length === 0 ? [page.mark('good', page.texts.say('alerts.none'))] : [],
    };
  },
};

function describe(alert: AlertLine, page: Page): string {
  const { texts } = page;
  const sentence = texts.say(`alerts.kind.${alert.kind}`, { account: alert.account ?? '', ...readable(alert, page) });
  if (alert.resolvedAt !== undefined) {
    const over = texts.say('alerts.over', { since: page.at(alert.since), at: page.at(alert.resolvedAt) });
    return page.mark('good', `${sentence} ${page.paint('grey', over)}`);
  }
  const since = page.paint('grey', texts.say('alerts.since', { ago: page.ago(alert.since) }));
  return page.mark(alert.severity === 'failure' ? 'bad' : 'warning', `${sentence} ${since}`);
}

/** Why a drill failed, in words. */
function sayProblem({ problem = '', count = 0, name = '', detail = '' }: AlertLine['facts'], { texts }: Page): string {
  return problem === '' ? '' : texts.say(`drill.problem.${problem}`, { count, name, detail }).trimEnd();
}

/** Times, sizes and reasons as people read them. */
function readable({ facts }: AlertLine, page: Page): { [name: string]: string | number } {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => {
      if (name.endsWith('At') || name === 'at') return [name, page.at(String(value))];
      if (name === 'problem') return [name, sayProblem(facts, page)];
      return [name, name.startsWith('bytes') ? page.size(Number(value)) : value];
    }),
  );
}
