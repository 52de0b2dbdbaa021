import { Failure } from '../domain/failure.ts';
import type { Session } from './command.ts';

/** Goes on only after a clear yes. @throws {Failure} `cancelled` after anything else; `confirmation-needed` when nobody can be asked. */
export async function askFirst({ confirm }: Pick<Session, 'confirm'>, question: string, action: string): Promise<void> {
  if (!(await confirm(question, action))) throw new Failure('cancelled', { action });
}
