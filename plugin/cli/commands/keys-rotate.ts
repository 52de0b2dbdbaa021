import { Failure } from '../../domain/failure.ts';
import { fewestRecipients } from '../../domain/recovery-proof.ts';
import type { Answers } from '../../protocol/requests.ts';
import type { Command, Given, Result, Session } from '../command.ts';
import { explainFailure } from '../failure-report.ts';
import type { Page } from '../page.ts';

const schema = 'larder/keys-rotate/1';

export const keysRotateCommand: Command = {
  name: 'keys rotate',
  usage: '[--recovery FILE|-]',
  arguments: { least: 0, most: 0 },
  options: ['recovery'],
  account: 'none',
  audience: 'administrator',
  run: async (given, session) => {
    const { texts } = session.page;
    const recipients = given.has('recovery') ? await readRecipients(given, session) : undefined;
    const question =
      recipients === undefined
        ? texts.say('keys.askRotate')
        : texts.say('keys.askRecovery', { count: recipients.length });
    if (session.canAsk && !(await session.confirm(question, 'keys rotate'))) return stopped(session.page);
    const answer = await session.perform<'keys-rotate'>({ kind: 'keys-rotate', recipients });
    const failed = answer.places.filter(({ outcome }) => outcome === 'failed').length;
    return {
      schema,
      answer,
      exitCode: failed === 0 ? 0 : failed === answer.places.length ? 1 : 3,
      lines:
        answer.sealed === undefined ? describeResealed(answer, session.page) : describeRotated(answer, session.page),
      notes: [],
    };
  },
};

function stopped({ texts }: Page): Result {
  return { schema, answer: {}, exitCode: 130, lines: [], notes: [texts.say('keys.stopped')] };
}

/** One on a line; `#` begins a comment. What is no recipient is not repeated: it may be the secret half. */
async function readRecipients(given: Given, session: Session): Promise<string[]> {
  const bytes = await session.readSmall('recovery', given);
  const lines = bytes.toString('latin1').split('\n');
  bytes.fill(0);
  const found = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  if (found.length >= fewestRecipients && found.length <= 32 && found.every((line) => /^age1[0-9a-z]{58}$/.test(line)))
    return found;
  const hint = session.page.texts.say('keys.noRecipients');
  throw new Failure('invalid-input', { field: '--recovery', text: given.option('recovery') ?? '', hint });
}

function describeRotated({ sealed }: Answers['keys-rotate'], page: Page): string[] {
  const { texts } = page;
  return [
    page.mark('good', texts.say('keys.rotated', { count: sealed ?? 0 })),
    page.mark('warning', texts.say('keys.keepServerKey')),
  ];
}

function describeResealed({ places, recipients }: Answers['keys-rotate'], page: Page): string[] {
  const { texts } = page;
  const lines = places.map(({ destination, folder, failure }) => {
    const what = texts.say('keys.place.repository', { folder, destination });
    if (failure === undefined) return page.mark('good', texts.say('keys.resealed', { what }));
    const problem = explainFailure(failure.code, failure.facts, texts);
    return page.mark('bad', texts.say('keys.notResealed', { what, problem }));
  });
  const isWhole = places.every(({ outcome }) => outcome === 'done');
  return [
    ...lines,
    page.mark('good', texts.say('keys.recipients', { count: recipients.length })),
    ...(isWhole ? [] : [page.mark('warning', texts.say('keys.resealAgain'))]),
    page.mark('warning', texts.say('keys.oldRecipients')),
  ];
}
