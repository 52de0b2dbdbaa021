import type { Command } from '../command.ts';
import { describeUndone } from '../plan-lines.ts';
import { runPlanned } from '../run-planned.ts';

export const undoCommand: Command = {
  name: 'undo',
  usage: '[JOB] [--dry-run]',
  arguments: { least: 0, most: 1 },
  options: ['dry-run'],
  account: 'needed',
  audience: 'everyone',
  run: ({ account, arguments: [job], has }, session) =>
    runPlanned(
      {
        makePlan: () => session.perform<'plan-undo'>({ kind: 'plan-undo', account, job }),
        introduce: (plan) => [describeUndone(plan, session.page)],
        dryRun: has('dry-run'),
        action: 'undo',
      },
      session,
    ),
};
