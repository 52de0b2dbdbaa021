import type { Command } from '../command.ts';
import { namedBy } from '../from-option.ts';
import { quoteForShell } from '../quote-for-shell.ts';

export const keysResticEnvCommand: Command = {
  name: 'keys restic-env',
  usage: '[--destination NAME]',
  arguments: { least: 0, most: 0 },
  options: ['destination'],
  account: 'needed',
  audience: 'administrator',
  run: async (given, { perform }) => {
    const answer = await perform<'keys-restic-env'>({
      kind: 'keys-restic-env',
      account: given.account,
      ...namedBy(given, 'destination', 'destination'),
    });
    const lines = [
      `export RESTIC_REPOSITORY=${quoteForShell(answer.repository)}`,
      `export RESTIC_PASSWORD=${quoteForShell(answer.password)}`,
    ];
    return { schema: 'larder/keys-restic-env/1', answer, exitCode: 0, lines, notes: [] };
  },
};
