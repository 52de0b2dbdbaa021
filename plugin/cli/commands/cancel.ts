import type { JobLine } from '../../protocol/jobs.ts';
import type { Command } from '../command.ts';
import type { Page } from '../page.ts';
import { shortId } from '../show-text.ts';

export const cancelCommand: Command = {
  name: 'cancel',
  usage: 'JOB',
  arguments: { least: 1, most: 1 },
  options: [],
  account: 'needed',
  audience: 'everyone',
  run: async ({ account, arguments: [job = ''] }, { page, perform }) => {
    const answer = await perform<'cancel'>({ kind: 'cancel', account, job });
    const { state } = answer.job;
    const isTooLate = state === 'done' || state === 'failed';
    return {
      schema: 'larder/job/1',
      answer,
      exitCode: isTooLate ? 4 : 0,
      lines: [page.mark(isTooLate ? 'warning' : 'good', describe(answer.job, page))],
      notes: [],
    };
  },
};

function describe({ id, state }: JobLine, { texts }: Page): string {
  const stopping = 'cancel.stopping';
  const tooLate = 'cancel.tooLate';
  const keys = { waiting: stopping, running: stopping, cancelled: 'cancel.cancelled', done: tooLate, failed: tooLate };
  return texts.say(keys[state], { job: shortId(id) });
}
