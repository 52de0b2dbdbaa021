import type { Command } from '../command.ts';
import { findHelp } from './help.ts';
import { manualOfCommand, manualOfLarder } from '../manual.ts';
import { renderRoff } from '../roff.ts';

/** Prints manual pages, made of the texts of help. */
export function createManCommand(loadCommands: () => Promise<readonly Command[]>): Command {
  return {
    name: 'man',
    usage: '[COMMAND]',
    arguments: { least: 0, most: 2 },
    options: [],
    account: 'none',
    audience: 'everyone',
    run: async (given, { page }) => {
      const name = given.arguments.join(' ');
      const all = await loadCommands();
      const command = name === '' || name === 'larder' ? undefined : findHelp(name, all, page);
      const manual = command === undefined ? manualOfLarder(all, page) : manualOfCommand(command, page);
      const lines = renderRoff(manual);
      const answer = { page: `${manual.name}.1`, text: `${lines.join('\n')}\n` };
      return { schema: 'larder/man/1', answer, exitCode: 0, lines, notes: [] };
    },
  };
}
