import type { Command } from '../command.ts';
import { describePassphrase } from '../passphrase-lines.ts';

export const passphraseSchema = 'larder/passphrase/1';

export const passphraseCommand: Command = {
  name: 'passphrase',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'needed',
  audience: 'everyone',
  run: async ({ account }, { page, perform, larder }) => {
    const answer = await perform<'passphrase'>({ kind: 'passphrase', account });
    const lines = describePassphrase(answer, await larder(account), page);
    return { schema: passphraseSchema, answer, exitCode: 0, lines, notes: [] };
  },
};
