import { Failure } from '../../domain/failure.ts';
import type { Command } from '../command.ts';
import { writeExportedKeys } from '../exported-keys.ts';

export const keysExportCommand: Command = {
  name: 'keys export',
  usage: '-o FILE|-',
  arguments: { least: 0, most: 0 },
  options: ['output'],
  account: 'needed',
  audience: 'administrator',
  run: async (given, session) => {
    const { page } = session;
    const output = given.option('output');
    if (output === undefined)
      throw new Failure('invalid-input', { field: '--output', text: '', hint: page.texts.say('keys.export.where') });
    const answer = await session.perform<'keys-export'>({ kind: 'keys-export', account: given.account });
    const lines = writeExportedKeys(answer, page);
    const warning = page.mark('warning', page.texts.say('keys.export.warning', { account: answer.account }));
    const shown = { schema: 'larder/keys-export/1', exitCode: 0 };
    if (output === '-') return { ...shown, answer: { ...answer, file: undefined }, lines, notes: [warning] };
    const file = session.absolutePath(output);
    await session.files.createPrivate(file, `${lines.join('\n')}\n`);
    const done = page.mark('good', page.texts.say('keys.export.done', { file }));
    return { ...shown, answer: { ...answer, password: undefined, file }, lines: [done], notes: [warning] };
  },
};
