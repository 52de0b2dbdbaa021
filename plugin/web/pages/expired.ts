import { page, type Reply } from '../reply.ts';
import type { Visit } from '../visit.ts';

/** What can be done about a plan whose half hour is over. */
export interface AfterExpiry {
  /** Where it began, and what that is called: `check.<word>`. */
  readonly to: string;
  readonly word: 'back' | 'back_undo';
  /** Where it is checked again with one click, when that is possible. */
  readonly again?: string | undefined;
}

export function expiredPage({ say }: Pick<Visit, 'say'>, next: AfterExpiry): Reply {
  return page('expired', { title: say('error.plan'), next });
}
