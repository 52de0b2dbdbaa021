import { Failure } from '../../domain/failure.ts';
import type { Command, Given, Session } from '../command.ts';
import type { Credentials, DestinationFields } from '../destination-editor.ts';
import { describeTest } from '../destination-lines.ts';
import type { Page } from '../page.ts';
import { showText } from '../show-text.ts';

export const destinationAddCommand: Command = {
  name: 'destination add',
  usage: 'NAME --kind s3|sftp|local KEY=VALUE… [--credentials FILE] [--no-test] [--dry-run]',
  arguments: { least: 1, most: 40 },
  options: ['kind', 'credentials', 'no-test', 'dry-run'],
  account: 'none',
  audience: 'administrator',
  run: async (given, session) => {
    const { page, destinations } = session;
    const fields = readFields(given, page);
    const { file, lines, credentialsFile, needsCredentials } = await destinations.planAdd(fields);
    const answer = { destination: given.arguments[0] ?? '', file, lines, credentialsFile };
    const shown = lines.map((line) => `  ${showText(line)}`);
    if (given.has('dry-run')) {
      const wouldBe = [page.texts.say('destination.wouldAdd', { file }), ...shown];
      return { ...schema, answer: { ...answer, test: undefined, isWritten: false }, exitCode: 0, lines: wouldBe };
    }
    const credentials = needsCredentials ? await readCredentials(given, session) : undefined;
    const done = await destinations.add(fields, { credentials, isTested: !given.has('no-test') });
    const tested = done.test === undefined ? [] : [...describeTest(done.test, page), ''];
    const said = done.isWritten
      ? [
          page.mark('good', page.texts.say('destination.added', { file })),
          ...shown,
          page.texts.say('destination.restart'),
        ]
      : [page.mark('bad', page.texts.say('destination.notAdded', { file }))];
    return { ...schema, answer: { ...answer, ...done }, exitCode: done.isWritten ? 0 : 1, lines: [...tested, ...said] };
  },
};

const schema = { schema: 'larder/destination-add/1', notes: [] } as const;

function readFields(given: Given, page: Page): DestinationFields {
  const [name = '', ...typed] = given.arguments;
  const kind = given.option('kind');
  const named = typed.map((text): readonly [string, string] => {
    const [, key, value] = /^([a-z_]+)=([^]*)$/.exec(text) ?? [];
    if (key !== undefined && value !== undefined) return [key, value];
    throw new Failure('invalid-input', {
      field: page.texts.say('field.argument'),
      text,
      hint: page.texts.say('destination.keyHint'),
    });
  });
  return [['name', name], ...(kind === undefined ? [] : [['kind', kind] as const]), ...named];
}

/** @throws {Failure} `invalid-input` when nobody can be asked; `cancelled`. */
async function readCredentials(given: Given, session: Session): Promise<Credentials> {
  const { page, canAsk, askLine, askSecret, absolutePath } = session;
  const named = given.option('credentials');
  if (named !== undefined) return { kind: 'file', path: named === '-' ? '-' : absolutePath(named) };
  if (!canAsk) {
    const hint = page.texts.say('destination.credentialsHint');
    throw new Failure('invalid-input', { field: '--credentials', text: '', hint });
  }
  const accessKeyId = await askLine(page.texts.say('destination.askId'));
  const secretAccessKey = (await askSecret(page.texts.say('destination.askSecret')))?.toString().trim() ?? '';
  if (secretAccessKey === '') throw new Failure('cancelled', { action: 'destination add' });
  return { kind: 'typed', accessKeyId, secretAccessKey };
}
