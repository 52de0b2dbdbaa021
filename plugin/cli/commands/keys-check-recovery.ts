import type { Command } from '../command.ts';
import { readIdentities } from '../identity-argument.ts';
import { describeRecovery, isRecoveryInOrder } from '../recovery-lines.ts';

export const keysCheckRecoveryCommand: Command = {
  name: 'keys check-recovery',
  usage: '[--identity FILE|-]',
  arguments: { least: 0, most: 0 },
  options: ['identity'],
  account: 'none',
  audience: 'administrator',
  run: async (given, session) => {
    const { page } = session;
    const identities = await readIdentities(given, session);
    const answer = await session.perform<'keys-check-recovery'>({ kind: 'keys-check-recovery', identities });
    return {
      schema: 'larder/keys-check-recovery/1',
      answer,
      exitCode: isRecoveryInOrder(answer) ? 0 : 3,
      lines: describeRecovery(answer, page),
      notes: identities.length > 0 ? [] : [page.texts.say('keys.howToProve')],
    };
  },
};
