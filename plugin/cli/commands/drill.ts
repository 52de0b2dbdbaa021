import { Failure } from '../../domain/failure.ts';
import type { Request } from '../../protocol/requests.ts';
import type { Command, Given } from '../command.ts';
import { describeDrill } from '../drill-lines.ts';
import { namedBy } from '../from-option.ts';
import type { Texts } from '../texts.ts';

export const drillCommand: Command = {
  name: 'drill',
  usage: '[--next | --due | --all] [--from DESTINATION]',
  arguments: { least: 0, most: 0 },
  options: ['next', 'due', 'all', 'from'],
  account: 'optional',
  audience: 'administrator',
  run: async (given, { page, perform }) => {
    const answer = await perform<'drill'>(readRequest(given, page.texts));
    const hasFailed = answer.drills.some(({ outcome }) => outcome === 'failed');
    return {
      schema: 'larder/drill/1',
      answer,
      exitCode: hasFailed ? 9 : 0,
      lines: answer.drills.flatMap((drill) => describeDrill(drill, page)),
      notes: answer.drills.length === 0 ? [page.texts.say('drill.nothing')] : [],
    };
  },
};

function readRequest(given: Given, texts: Texts): Extract<Request, { kind: 'drill' }> {
  const account = given.account === '' ? undefined : given.account;
  const chosen = (['next', 'due', 'all'] as const).filter((option) => given.has(option));
  const [which] = account === undefined ? chosen : (['account'] as const);
  if (chosen.length + (account === undefined ? 0 : 1) === 1 && which !== undefined)
    return { kind: 'drill', account, which, ...namedBy(given, 'from', 'from') };
  const hint = texts.say('drill.choose');
  throw new Failure('invalid-input', { field: texts.say('field.option'), text: chosen.join(' '), hint });
}
