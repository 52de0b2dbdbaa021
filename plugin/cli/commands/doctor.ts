import type { Finding } from '../../protocol/requests.ts';
import type { Command } from '../command.ts';
import type { Page } from '../page.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'none',
  audience: 'administrator',
  run: async (_, { page, perform }) => {
    const answer = await perform<'doctor'>({ kind: 'doctor' });
    const lines = answer.findings.map((finding) => page.mark(finding.level, describe(finding, page)));
    const bad = answer.findings.filter(({ level }) => level === 'bad').length;
    const warnings = answer.findings.filter(({ level }) => level === 'warning').length;
    return {
      schema: 'larder/doctor/1',
      answer,
      exitCode: bad > 0 ? 1 : 0,
      lines: [...lines, '', summarise(bad, warnings, page)],
      notes: [],
    };
  },
};

/** The sentence `doctor.<check>.<level>`; a check without one is told by its name and facts. */
function describe({ check, level, facts }: Finding, { texts }: Page): string {
  const key = `doctor.${check}.${level}`;
  if (texts.has(key)) return texts.say(key, facts);
  const told = Object.entries(facts).map(([name, value]) => `${name} ${value}`);
  return texts.say('doctorSummary.unknown', { check, facts: told.join(', ') });
}

function summarise(bad: number, warnings: number, page: Page): string {
  const { texts } = page;
  if (bad > 0) return page.mark('bad', texts.say('doctorSummary.bad', { count: bad }));
  if (warnings > 0) return page.mark('warning', texts.say('doctorSummary.warnings', { count: warnings }));
  return page.mark('good', texts.say('doctorSummary.good'));
}
