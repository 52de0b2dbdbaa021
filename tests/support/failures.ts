import assert from 'node:assert/strict';
import { isFailure, type Failure, type FailureCode, type FailureFacts } from '../../plugin/domain/failure.ts';

/** Passes when `work` throws, or rejects with, the failure `code`. @returns its facts. */
export async function failsWith<Code extends FailureCode>(
  code: Code,
  work: () => unknown,
): Promise<FailureFacts[Code]> {
  let thrown: unknown;
  try {
    await work();
  } catch (error) {
    thrown = error;
  }
  if (!isFailureOf(thrown, code)) assert.fail(`expected the failure ${code}, got ${String(thrown)}`);
  return thrown.facts;
}

function isFailureOf<Code extends FailureCode>(error: unknown, code: Code): error is Failure<Code> {
  return isFailure(error, code);
}
