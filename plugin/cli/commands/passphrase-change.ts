import type { Command } from '../command.ts';
import { readPassphrases } from '../passphrase-argument.ts';
import { Failure } from '../../domain/failure.ts';
import { tellChanged } from './passphrase-set.ts';

export const passphraseChangeCommand: Command = {
  name: 'passphrase change',
  usage: '[--passphrase-file FILE|-]',
  arguments: { least: 0, most: 0 },
  options: ['passphrase-file'],
  account: 'needed',
  audience: 'everyone',
  run: async (given, session) => {
    const { texts } = session.page;
    const isTyped = !given.has('passphrase-file');
    const asked = ['passphrase.askPresent', 'passphrase.askNext', ...(isTyped ? ['passphrase.askAgain'] : [])];
    const [passphrase = '', newPassphrase = '', again] = await readPassphrases(
      given,
      asked.map((key) => texts.say(key)),
      session,
    );
    if (isTyped && newPassphrase !== again) {
      const hint = texts.say('usage.passphraseDiffers');
      throw new Failure('invalid-input', { field: texts.say('field.passphrase'), text: '', hint });
    }
    const { account } = given;
    const request = { kind: 'change-passphrase', account, passphrase, newPassphrase } as const;
    return tellChanged(await session.perform<'change-passphrase'>(request), 'changed', session.page);
  },
};
