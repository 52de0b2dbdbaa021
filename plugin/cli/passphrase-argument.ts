import { Failure } from '../domain/failure.ts';
import type { Given, Session } from './command.ts';

/**
 * Passphrases as somebody types them unseen, one for each question, or from the lines of `--passphrase-file`.
 * @throws {Failure} `invalid-input` when they are nowhere; `cancelled` when the person stops.
 */
export async function readPassphrases(
  given: Given,
  questions: readonly string[],
  session: Session,
): Promise<readonly string[]> {
  if (given.has('passphrase-file')) return readLines(given, questions.length, session);
  const { texts } = session.page;
  if (!session.canAsk) {
    throw new Failure('invalid-input', { field: '--passphrase-file', text: '', hint: texts.say('usage.passphrase') });
  }
  const typed: string[] = [];
  for (const question of questions) typed.push(await ask(question, session));
  return typed;
}

/** The one that opens an account's archives. @throws {Failure} as `readPassphrases`. */
export async function readPassphrase(given: Given, session: Session): Promise<string> {
  const [passphrase = ''] = await readPassphrases(given, [session.page.texts.say('passphrase.askOpen')], session);
  return passphrase;
}

async function readLines(given: Given, count: number, session: Session): Promise<readonly string[]> {
  const bytes = await session.readSmall('passphrase-file', given);
  const lines = decode(bytes, session).split(/\r?\n/);
  const found = lines.slice(0, count);
  const isWhole = found.length === count && found.every((line) => line !== '') && lines.slice(count).join('') === '';
  if (isWhole) return found;
  const hint = session.page.texts.say('usage.passphraseLines', { count });
  throw new Failure('invalid-input', { field: '--passphrase-file', text: '', hint });
}

async function ask(question: string, session: Session): Promise<string> {
  const bytes = await session.askSecret(question);
  if (bytes === undefined || bytes.length === 0) throw new Failure('cancelled', { action: 'passphrase' });
  return decode(bytes, session);
}

/** What is no UTF-8 would become something that nobody can type again. The bytes are wiped. */
function decode(bytes: Buffer, { page: { texts } }: Session): string {
  const text = bytes.toString('utf8');
  const isText = Buffer.from(text).equals(bytes);
  bytes.fill(0);
  if (isText) return text;
  throw new Failure('invalid-input', { field: 'passphrase', text: '', hint: texts.say('usage.passphraseUtf8') });
}
