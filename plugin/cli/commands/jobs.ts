import type { Command } from '../command.ts';
import { explainJobs, renderJobs } from '../job-lines.ts';

const limit = 50;

export const jobsCommand: Command = {
  name: 'jobs',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'needed',
  audience: 'everyone',
  run: async ({ account }, { page, perform }) => {
    const answer = await perform<'jobs'>({ kind: 'jobs', account, limit });
    const notes = answer.jobs.length === 0 ? [page.texts.say('job.none')] : explainJobs(answer.jobs, page);
    return { schema: 'larder/jobs/1', answer, exitCode: 0, lines: renderJobs(answer.jobs, page), notes };
  },
};
