import { Failure, isFailure } from '../domain/failure.ts';
import type { Request } from '../protocol/requests.ts';
import type { Session } from './command.ts';

/**
 * The server names a restore point as it was asked for, and knows not how this person types.
 * @throws {Failure} `unknown-restore-point` in the person's own words; anything else as it is.
 */
export async function explainPoint(
  error: unknown,
  request: Request,
  { larder, page }: Pick<Session, 'larder' | 'page'>,
): Promise<never> {
  if (!isFailure(error, 'unknown-restore-point') || !('account' in request)) throw error;
  const { text } = (error as Failure<'unknown-restore-point'>).facts;
  const hint = `${await larder(request.account ?? '')} list`;
  throw new Failure('unknown-restore-point', { text: isIsoTime(text) ? page.at(text) : text, hint }, { cause: error });
}

function isIsoTime(text: string): boolean {
  return /^\d{4}-.*Z$/.test(text);
}
