import { failureOutcomes, isFailure, type Failure } from '../../domain/failure.ts';
import { page, type Reply } from '../reply.ts';
import type { Visit } from '../visit.ts';

/** Failures for which the pages have words of their own, `error.<word>` in web.json; what is not here gets `error.other`. */
const words: { readonly [code: string]: string } = {
  'unknown-account': 'missing',
  'unknown-restore-point': 'missing',
  'unknown-database': 'missing',
  'not-found': 'missing',
  'path-outside-home': 'missing',
  'unknown-job': 'missing',
  'unknown-drill': 'missing',
  'invalid-input': 'missing',
  'not-allowed': 'refused',
  'unknown-plan': 'plan',
  'nothing-to-undo': 'undone',
  'too-many-jobs': 'many',
  'too-many-codes': 'many',
  busy: 'busy',
  'repository-locked': 'busy',
  'repository-missing': 'empty',
  'repository-damaged': 'damaged',
  'catalog-damaged': 'damaged',
  'no-space': 'space',
  'quota-exceeded': 'space',
  'worker-unreachable': 'away',
  'metadata-unreachable': 'away',
  'destination-unreachable': 'away',
  'database-unreachable': 'away',
  interrupted: 'away',
  'home-unsafe': 'unsafe',
  'restore-refused': 'unsafe',
};

/** Ids and names that lead nowhere are not found, whatever was wrong with them: nobody learns what exists. */
export function statusOf(failure: Failure): number {
  return words[failure.code] === 'missing' ? 404 : failureOutcomes[failure.code].httpStatus;
}

/** @param id by which the log has it, for what nobody expected. */
export function errorPage(error: unknown, visit: Visit, id: string): Reply {
  const failure = isFailure(error) ? error : undefined;
  const word = failure === undefined ? 'broken' : (words[failure.code] ?? 'other');
  return errorWords(word, failure === undefined ? 500 : statusOf(failure), visit, id);
}

/** @param word of `error.` in web.json. */
export function errorWords(word: string, status: number, { who, say }: Visit, id = ''): Reply {
  return page('error', { title: say(`error.${word}`), word, isHost: who?.role === 'admin', id }, status);
}
