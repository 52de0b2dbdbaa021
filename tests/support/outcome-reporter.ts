import type { TestEvent } from 'node:test/reporters';
import type { Outcome } from './run-test-file.ts';

/**
 * A reporter for node:test: one JSON line for each test that ended, and `{"result":"complete"}` after the last.
 * A suite is no test, but a suite that is skipped, or fails by itself (a hook, its body), counts.
 */
export default async function* reportOutcomes(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type === 'test:pass' || event.type === 'test:fail') yield* line(outcomeOf(event));
    if (event.type === 'test:summary') yield* line({ result: 'complete' });
  }
}

type Ended = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>;

function* line(outcome: object | undefined): Generator<string> {
  if (outcome !== undefined) yield `${JSON.stringify(outcome)}\n`;
}

function outcomeOf({ type, data }: Ended): Outcome | undefined {
  const { name, skip, todo, details } = data;
  if (skip !== undefined) return { result: 'skipped', name, reason: wording(skip, 'no reason given') };
  if (todo !== undefined) return { result: 'skipped', name, reason: wording(todo, 'still to be written') };
  if (type === 'test:fail') return isOnlyOfChildren(data.details) ? undefined : { result: 'failed', name };
  return details.type === 'suite' ? undefined : { result: 'passed', name };
}

/** A suite fails too when a test in it fails: that test was counted. */
function isOnlyOfChildren({ type, error }: Extract<Ended, { type: 'test:fail' }>['data']['details']): boolean {
  return type === 'suite' && (error as { failureType?: string }).failureType === 'subtestsFailed';
}

function wording(reason: string | boolean, otherwise: string): string {
  return typeof reason === 'string' && reason !== '' ? reason : otherwise;
}
