import type { AccountRotation, RotateReport } from '../../protocol/schedules.ts';
import type { Command } from '../command.ts';
import { explainFailure } from '../failure-report.ts';
import type { Page } from '../page.ts';
import { describeReasons } from '../retention-lines.ts';
import { describePrune } from './prune.ts';
import { shortId } from '../show-text.ts';

export const rotateCommand: Command = {
  name: 'rotate',
  usage: '[--dry-run]',
  arguments: { least: 0, most: 0 },
  options: ['dry-run'],
  account: 'optional',
  audience: 'administrator',
  run: async (given, { page, perform }) => {
    const account = given.account === '' ? undefined : given.account;
    const dryRun = given.has('dry-run');
    const answer = await perform<'rotate'>({ kind: 'rotate', account, dryRun, isConfirmed: given.has('yes') });
    return {
      schema: 'larder/rotate/1',
      answer,
      exitCode: answer.accounts.some(({ failure }) => failure !== undefined) ? 3 : 0,
      lines: answer.accounts.flatMap((one) => renderAccount(one, answer, page)),
      notes: explain(answer, page),
    };
  },
};

function renderAccount(rotation: AccountRotation, { dryRun }: RotateReport, page: Page): string[] {
  const { texts } = page;
  const { account, kept, forget, failure, pruned, held } = rotation;
  if (failure !== undefined)
    return [page.mark('bad', `${account}: ${explainFailure(failure.code, failure.facts, texts)}`)];
  const facts = { account, kept, forgotten: forget.length };
  const head = page.mark(
    held.length > 0 ? 'warning' : 'good',
    texts.say(dryRun ? 'rotate.would' : 'rotate.did', facts),
  );
  return [
    head,
    ...held.map((reason) => `  ${texts.say(`rotate.held.${reason}`)}`),
    ...(dryRun ? renderPoints(rotation, page) : []),
    ...(pruned === undefined ? [] : [`  ${describePrune(pruned, false, page)}`]),
  ];
}

/** Oldest first, as rotation looks at them. */
function renderPoints({ keep, forget }: AccountRotation, page: Page): string[] {
  const { texts } = page;
  const lines = [
    ...keep.map(({ id, time, reasons }) => ({ id, time, why: `= ${describeReasons(reasons, page)}` })),
    ...forget.map(({ id, time, reason }) => ({ id, time, why: `– ${texts.say(`rotate.forget.${reason}`)}` })),
  ];
  return lines
    .toSorted((one, other) => (one.time < other.time ? -1 : 1))
    .map(({ id, time, why }) => `  ${page.paint('cyan', shortId(id))}  ${page.at(time)}  ${why}`);
}

function explain({ accounts, dryRun, unpruned }: RotateReport, page: Page): string[] {
  const { texts } = page;
  const needsPerson = accounts.some(({ held }) => held.includes('too-many') || held.includes('clock-jumped'));
  return [
    ...(accounts.length === 0 ? [texts.say('repositories.none')] : []),
    ...(unpruned > 0 ? [texts.say('rotate.unpruned', { count: unpruned })] : []),
    ...(needsPerson ? [texts.say('rotate.needsPerson')] : []),
    ...(dryRun ? [page.paint('grey', texts.say('rotate.nothing'))] : []),
  ];
}
