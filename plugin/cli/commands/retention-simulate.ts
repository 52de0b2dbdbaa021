import { presetNames } from '../../domain/retention-policy.ts';
import { Failure } from '../../domain/failure.ts';
import type { PolicyWish } from '../../domain/compose-policy.ts';
import type { Command, Given } from '../command.ts';
import { parseCount } from '../count-argument.ts';
import type { OptionName } from '../options.ts';
import type { Page } from '../page.ts';
import { describeRetention } from '../retention-lines.ts';
import type { Texts } from '../texts.ts';

const mostDays = 4000;

/** Options that wish for a rule, and the field of the wish. */
const counted = [
  ['hourly', 'hourly'],
  ['daily', 'daily'],
  ['weekly', 'weekly'],
  ['monthly', 'monthly'],
  ['yearly', 'yearly'],
  ['month-ends', 'monthEnds'],
  ['year-ends', 'yearEnds'],
  ['last', 'last'],
  ['within', 'withinDays'],
  ['drop-after', 'dropAfterDays'],
] as const satisfies readonly (readonly [OptionName, keyof PolicyWish])[];

export const retentionSimulateCommand: Command = {
  name: 'retention simulate',
  usage: '--days N [--from DATE] [--preset NAME] [--daily N] [--month-ends N] …',
  arguments: { least: 0, most: 0 },
  options: ['days', 'from', 'preset', ...counted.map(([option]) => option)],
  account: 'optional',
  audience: 'administrator',
  run: async (given, { page, perform }) => {
    const { texts } = page;
    const report = await perform<'retention-simulate'>({
      kind: 'retention-simulate',
      account: given.account === '' ? undefined : given.account,
      from: given.option('from'),
      days: parseCount('--days', given.option('days') ?? '', { most: mostDays, texts }),
      policy: readWish(given, texts),
    });
    return {
      schema: 'larder/retention-simulate/1',
      answer: { days: report.days },
      exitCode: 0,
      lines: report.days.map(({ date, kept }) => renderDay(date, kept, page)),
      notes: [page.paint('grey', describeRetention(report.retention, page))],
    };
  },
};

/** The day, how many are there, and their days. */
function renderDay(date: string, kept: readonly string[], page: Page): string {
  const days = kept.map((time) => time.slice(0, 10));
  return `${page.paint('cyan', date)}  ${page.number(kept.length).padStart(3)}  ${days.join(' ')}`;
}

function readWish(given: Given, texts: Texts): PolicyWish {
  const wish: { -readonly [Field in keyof PolicyWish]: PolicyWish[Field] } = {};
  const preset = given.option('preset');
  if (preset !== undefined) wish.preset = parsePreset(preset);
  for (const [option, field] of counted) {
    const typed = given.option(option);
    const least = option === 'drop-after' ? 1 : 0;
    if (typed !== undefined) wish[field] = parseCount(`--${option}`, typed, { least, most: 100_000, texts });
  }
  return wish;
}

function parsePreset(typed: string): (typeof presetNames)[number] {
  const found = presetNames.find((name) => name === typed);
  if (found !== undefined) return found;
  throw new Failure('invalid-input', { field: '--preset', text: typed, hint: presetNames.join(', ') });
}
