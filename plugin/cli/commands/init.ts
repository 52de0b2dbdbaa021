import type { Answers } from '../../protocol/requests.ts';
import { describeAccountFailure, exitCodeFor } from '../account-failures.ts';
import type { Command, Result } from '../command.ts';
import type { Page } from '../page.ts';

export const initCommand: Command = {
  name: 'init',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'none',
  audience: 'administrator',
  run: async (_, session) => {
    const { texts } = session.page;
    if (session.canAsk && !(await session.confirm(texts.say('init.question'), 'init')))
      return stopped(texts.say('init.stopped'));
    const answer = await session.perform<'init'>({ kind: 'init' });
    const exitCode = exitCodeFor(answer.accounts - answer.failures.length, answer.failures);
    return { schema: 'larder/init/1', answer, exitCode, lines: describe(answer, session.page), notes: [] };
  },
};

function stopped(note: string): Result {
  return { schema: 'larder/init/1', answer: {}, exitCode: 130, lines: [], notes: [note] };
}

function describe({ state, recipients, identityFiles, accounts, failures }: Answers['init'], page: Page): string[] {
  const { texts } = page;
  const keys = identityFiles.length === 0 ? recipients : identityFiles;
  return [
    page.mark('good', texts.say('init.done', { state })),
    `  ${texts.say('init.accounts', { count: accounts })}`,
    ...failures.map((failure) => describeAccountFailure(failure, page)),
    '',
    page.mark('warning', page.paint('bold', texts.say('init.keys', { count: keys.length }))),
    ...keys.map((file) => `    ${texts.say('init.key', { file })}`),
    `  ${texts.say('init.moveKeys')}`,
    '',
    `  ${texts.say('init.next')}`,
  ];
}
