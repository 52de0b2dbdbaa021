import type { Command } from '../command.ts';

export const serveWorkerCommand: Command = {
  name: 'serve worker',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'none',
  audience: 'administrator',
  run: async (_, { serveWorker }) => {
    await serveWorker();
    return { schema: 'larder/serve-worker/1', answer: {}, exitCode: 0, lines: [], notes: [] };
  },
};
