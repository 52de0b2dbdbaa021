import { Failure } from '../../domain/failure.ts';
import type { PassphraseReport } from '../../protocol/passphrase.ts';
import type { Command, Given, Result, Session } from '../command.ts';
import { readPassphrases } from '../passphrase-argument.ts';
import { describeConsequences, describeReadable } from '../passphrase-lines.ts';
import type { Page } from '../page.ts';
import { passphraseSchema } from './passphrase.ts';

export const passphraseSetCommand: Command = {
  name: 'passphrase set',
  usage: '[--host-can-recover] [--passphrase-file FILE|-]',
  arguments: { least: 0, most: 0 },
  options: ['host-can-recover', 'passphrase-file'],
  account: 'needed',
  audience: 'everyone',
  run: async (given, session) => {
    const { page, perform } = session;
    const { account } = given;
    const hostCanRecover = given.has('host-can-recover');
    const before = await perform<'passphrase'>({ kind: 'passphrase', account });
    if (!before.isOn) for (const line of describeConsequences(before, hostCanRecover, page)) session.talk(line);
    const isAgreed = before.isOn || (await session.confirm(page.texts.say('passphrase.question'), 'passphrase set'));
    if (!isAgreed) return stopped(page);
    const passphrase = await readTwice(given, session);
    const answer = await perform<'set-passphrase'>({ kind: 'set-passphrase', account, passphrase, hostCanRecover });
    return tellChanged(answer, 'set', page);
  },
};

/** A slip of the finger would be found out when it is too late. @throws {Failure} `invalid-input`. */
async function readTwice(given: Given, session: Session): Promise<string> {
  const { texts } = session.page;
  const questions = [texts.say('passphrase.ask'), texts.say('passphrase.askAgain')];
  const isTyped = !given.has('passphrase-file');
  const [passphrase = '', again] = await readPassphrases(given, isTyped ? questions : questions.slice(0, 1), session);
  if (!isTyped || passphrase === again) return passphrase;
  const hint = texts.say('usage.passphraseDiffers');
  throw new Failure('invalid-input', { field: texts.say('field.passphrase'), text: '', hint });
}

/** Nothing was done, because somebody thought better of it. */
export function stopped({ texts }: Page): Result {
  return { schema: passphraseSchema, answer: {}, exitCode: 130, lines: [], notes: [texts.say('passphrase.stopped')] };
}

/** What has been done, and what the host can still read. */
export function tellChanged(answer: PassphraseReport, what: 'set' | 'changed' | 'removed', page: Page): Result {
  const { account } = answer;
  const line = page.mark('good', page.texts.say(`passphrase.${what}`, { account }));
  return { schema: passphraseSchema, answer, exitCode: 0, lines: [line], notes: describeReadable(answer, page) };
}
