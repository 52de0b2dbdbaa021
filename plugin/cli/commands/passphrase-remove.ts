import type { Command } from '../command.ts';
import { stopped, tellChanged } from './passphrase-set.ts';

export const passphraseRemoveCommand: Command = {
  name: 'passphrase remove',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'needed',
  audience: 'everyone',
  run: async ({ account }, session) => {
    const { page, perform } = session;
    const isAgreed = await session.confirm(page.texts.say('passphrase.removeQuestion'), 'passphrase remove');
    if (!isAgreed) return stopped(page);
    return tellChanged(await perform<'remove-passphrase'>({ kind: 'remove-passphrase', account }), 'removed', page);
  },
};
