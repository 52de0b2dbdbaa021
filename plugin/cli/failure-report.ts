import { sayFact } from '../domain/advice-key.ts';
import { failureOutcomes, isFailure } from '../domain/failure.ts';
import type { FailureCode } from '../domain/failure.ts';
import type { Facts, Texts } from './texts.ts';

/** What went wrong, ready to be told. */
export interface FailureReport {
  /** A code of `plugin/domain/failure.ts`, or `unexpected`. */
  readonly code: string;
  readonly message: string;
  readonly facts: object;
  readonly exitCode: number;
}

/** Anything thrown, as a sentence in the language of `texts`. Total. */
export function reportFailure(error: unknown, texts: Texts): FailureReport {
  if (isFailure(error)) {
    const { code, facts } = error;
    return {
      code,
      message: explainFailure(code, { ...facts }, texts),
      facts,
      exitCode: failureOutcomes[code].exitCode,
    };
  }
  const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: 'unexpected', message: texts.say('unexpected.sentence', { problem }), facts: {}, exitCode: 1 };
}

/** The sentence of a failure code; another one when the fact it speaks of is empty (`<code>_empty`). */
export function explainFailure(code: string, facts: { readonly [name: string]: unknown }, texts: Texts): string {
  const key = `failures:${code}`;
  if (!texts.has(key)) return texts.say('unexpected.code', { code });
  const isEmpty = facts['text'] === '' && texts.has(`${key}_empty`);
  return texts.say(isEmpty ? `${key}_empty` : key, toFacts(facts, texts));
}

/** The exit code of a failure code, 1 for one that is not known. */
export function exitCodeOf(code: string): number {
  return isFailureCode(code) ? failureOutcomes[code].exitCode : 1;
}

function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(failureOutcomes, code);
}

function toFacts(facts: { readonly [name: string]: unknown }, texts: Texts): Facts {
  const entries = Object.entries(facts).map(([name, value]) => [name, inWords(name, String(value), texts)]);
  return Object.fromEntries(entries) as Facts;
}

function inWords(name: string, value: string, texts: Texts): string {
  return sayFact(name, value, ({ key, facts }) => {
    return texts.has(`failures:${key}`) ? texts.say(`failures:${key}`, facts) : undefined;
  });
}
