import type { Command } from '../command.ts';

export const serveWebCommand: Command = {
  name: 'serve web',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'none',
  audience: 'administrator',
  run: async (_, { serveWeb }) => {
    await serveWeb();
    return { schema: 'larder/serve-web/1', answer: {}, exitCode: 0, lines: [], notes: [] };
  },
};
