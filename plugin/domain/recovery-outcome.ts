import { fewestRecipients } from './recovery-proof.ts';

/**
 * What became of trying to open a place by recovery keys alone. `opens`: all of the keys that were given do. `sealed`:
 * as far as can be seen without any they should. `not-for-key`: one that was given does not. `missing`: there is nothing
 * to open. `damaged`: what is sealed cannot be read, or opens nothing. `too-few`: sealed for a single key. `outdated`:
 * sealed for another number of keys than are configured. `unreachable`: it could not be looked at.
 */
export type RecoveryOutcome =
  | 'opens'
  | 'sealed'
  | 'not-for-key'
  | 'missing'
  | 'damaged'
  | 'too-few'
  | 'outdated'
  | 'unreachable';

export interface SeenRecovery {
  readonly sealedFor: number;
  /** How many recovery keys there are; undefined where older ones may be meant. */
  readonly configured: number | undefined;
  /** How many were given, and how many of these it opens for. */
  readonly given: number;
  readonly opened: number;
}

/** Of a place whose sealed secret is whole. */
export function judgeRecovery({ sealedFor, configured, given, opened }: SeenRecovery): RecoveryOutcome {
  if (opened < given) return 'not-for-key';
  if (sealedFor < fewestRecipients) return 'too-few';
  if (configured !== undefined && configured !== sealedFor) return 'outdated';
  return given > 0 ? 'opens' : 'sealed';
}

/** Whether somebody who has lost this server gets everything from there, as far as it was tried. */
export function isRecoverable(outcome: RecoveryOutcome): boolean {
  return outcome === 'opens' || outcome === 'sealed';
}
