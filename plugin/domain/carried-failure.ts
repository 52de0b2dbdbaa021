import { Failure, failureOutcomes, isFailure, type FailureCode, type FailureFacts } from './failure.ts';

/** A failure as it travels between processes and into records. */
export interface CarriedFailure {
  readonly code: string;
  readonly facts: { readonly [name: string]: unknown };
}

/** As a line of an answer tells it. */
export function tellFailure({ code, facts }: Failure): CarriedFailure & { readonly code: FailureCode } {
  return { code, facts: { ...facts } };
}

/** A bug becomes `interrupted`: its message stays in the log, not with the person who asked. */
export function carryFailure(error: unknown, action: string): CarriedFailure {
  if (isFailure(error)) return tellFailure(error);
  return { code: 'interrupted', facts: { action, after: 'the server log says why' } };
}

/** @returns the failure again; `protocol-broken` for a code that this version does not know. */
export function toFailure(carried: CarriedFailure): Failure {
  if (!Object.hasOwn(failureOutcomes, carried.code)) {
    return new Failure('protocol-broken', { problem: 'a failure that this version does not know' });
  }
  return new Failure(carried.code as FailureCode, carried.facts as FailureFacts[FailureCode]);
}

/** @throws {Failure} `protocol-broken` unless `value` is a carried failure. */
export function parseCarriedFailure(value: unknown): CarriedFailure {
  if (typeof value === 'object' && value !== null && 'code' in value && 'facts' in value) {
    const { code, facts } = value;
    if (typeof code === 'string' && typeof facts === 'object' && facts !== null) {
      return { code, facts: facts as CarriedFailure['facts'] };
    }
  }
  throw new Failure('protocol-broken', { problem: 'a failure without a code' });
}
