import type { Command } from '../command.ts';
import { describeDatabase } from '../database-plan-lines.ts';
import { isOfDatabase } from '../../protocol/plan-kind.ts';
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
        introduce: (plan) => [
          describeUndone(plan, session.page),
          ...(isOfDatabase(plan) ? [describeDatabase(plan, session.page)] : []),
        ],
        dryRun: has('dry-run'),
        action: 'undo',
      },
      session,
    ),
};
