import { Failure } from '../domain/failure.ts';
import type { Given, Session } from './command.ts';

const identity = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]+$/;
const largest = 32;

/**
 * The recovery keys that `--identity` names, or that are typed where somebody can be asked; none when nobody gives one.
 * What was read is overwritten at once; the text itself cannot be, and ends with the process.
 * @throws {Failure} `invalid-input`, in which nothing of it is repeated; `cancelled`.
 */
export async function readIdentities(given: Given, session: Session): Promise<string[]> {
  if (given.has('identity')) {
    const found = takeIdentities(await session.readSmall('identity', given));
    if (found.length > 0) return found;
    throw notOne(given.option('identity') ?? '', session);
  }
  if (!session.canAsk) return [];
  const typed = await session.askSecret(session.page.texts.say('keys.askIdentity'));
  if (typed === undefined) throw new Failure('cancelled', { action: 'keys check-recovery' });
  if (typed.toString('latin1').trim() === '') return [];
  const found = takeIdentities(typed);
  if (found.length === 0) throw notOne('', session);
  return found;
}

function takeIdentities(bytes: Buffer): string[] {
  const lines = bytes.toString('latin1').split('\n');
  bytes.fill(0);
  const found = lines.map((line) => line.trim()).filter((line) => identity.test(line));
  return [...new Set(found)].slice(0, largest);
}

function notOne(file: string, { page }: Session): Failure {
  const hint = page.texts.say('keys.noIdentity');
  return new Failure('invalid-input', { field: '--identity', text: file === '' ? '…' : file, hint });
}
