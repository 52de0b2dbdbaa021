import { Failure, isFailure } from '../domain/failure.ts';
import type { PathBytes } from '../protocol/requests.ts';
import type { Given, Result, Session } from './command.ts';
import { readPassphrase } from './passphrase-argument.ts';
import { describePoint } from './point-lines.ts';
import { toRestoreResult } from './restore-directly.ts';
import type { PointArgument } from './restore-point-argument.ts';

export interface SealedRestore extends PointArgument {
  readonly paths: readonly PathBytes[];
  /** Of the home; undefined: one that is named after the archive's moment. */
  readonly to: PathBytes | undefined;
}

/** Out of an archive that only the account's passphrase opens, into a new folder of its home. */
export async function restoreSealed(wanted: SealedRestore, given: Given, session: Session): Promise<Result> {
  const { texts } = session.page;
  if (given.has('delete')) {
    const hint = texts.say('usage.deleteInPlace');
    throw new Failure('invalid-input', { field: texts.say('field.option'), text: '--delete', hint });
  }
  const { paths, point, notAfter, to } = wanted;
  const passphrase = await readPassphrase(given, session);
  const dryRun = given.has('dry-run');
  const request = { kind: 'restore-sealed', account: given.account, point, paths, to, dryRun, passphrase } as const;
  const report = await session.perform<'restore-sealed'>(request);
  for (const line of describePoint(report.point, notAfter, session.page)) session.talk(line);
  return toRestoreResult(report, session);
}

/**
 * Does something that may need the account's passphrase: with the one that was given, else without, and when that is not
 * enough asks for it.
 */
export async function withPassphrase<Result>(
  given: Given,
  session: Session,
  work: (passphrase: { readonly passphrase?: string }) => Promise<Result>,
): Promise<Result> {
  if (given.has('passphrase-file')) return work({ passphrase: await readPassphrase(given, session) });
  try {
    return await work({});
  } catch (error) {
    if (!isFailure(error, 'passphrase-needed') || !session.canAsk) throw error;
    return work({ passphrase: await readPassphrase(given, session) });
  }
}
