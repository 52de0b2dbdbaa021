import type { PruneReport } from '../../protocol/upkeep.ts';
import type { Command, Given, Session } from '../command.ts';
import { renderPoints } from '../points-table.ts';
import { parsePointId } from '../restore-point-argument.ts';
import { describePrune } from './prune.ts';

export const forgetCommand: Command = {
  name: 'forget',
  usage: 'POINT… [--prune] [--dry-run]',
  arguments: { least: 1, most: Infinity },
  options: ['prune', 'dry-run'],
  account: 'needed',
  audience: 'administrator',
  run: async (given, session) => {
    const { page } = session;
    const points = given.arguments.map((typed) => parsePointId(typed, session));
    const dryRun = given.has('dry-run');
    const answer = await session.perform<'forget'>({ kind: 'forget', account: given.account, points, dryRun });
    const pruned = await pruneAfter(given, session);
    const kept = page.texts.say('forget.kept', { count: answer.kept.length });
    return {
      schema: 'larder/forget/1',
      answer: pruned === undefined ? answer : { ...answer, pruned },
      exitCode: 0,
      lines: [
        page.mark('good', page.texts.say(`forget.${outcome(dryRun, pruned)}`, { count: answer.forgotten.length })),
        ...renderPoints(answer.forgotten, page).map((line) => `  ${line}`),
        ...(pruned ?? []).map((report) => describePrune(report, false, page)),
      ],
      notes: [page.paint('grey', kept)],
    };
  },
};

function outcome(dryRun: boolean, pruned: readonly PruneReport[] | undefined): 'would' | 'done' | 'freed' {
  if (dryRun) return 'would';
  return pruned === undefined ? 'done' : 'freed';
}

/** With `--prune` the space is freed at once. Nothing was forgotten in a dry run, so nothing could be freed. */
async function pruneAfter(given: Given, { perform }: Session): Promise<readonly PruneReport[] | undefined> {
  if (!given.has('prune') || given.has('dry-run')) return undefined;
  const { repositories } = await perform<'prune'>({ kind: 'prune', account: given.account, dryRun: false });
  return repositories;
}
