import { Failure } from '../domain/failure.ts';
import type { DatabaseTarget } from '../domain/database-plan.ts';
import type { Given, Result, Session } from './command.ts';
import type { DatabaseArgument } from './database-argument.ts';
import { describeDatabase } from './database-plan-lines.ts';
import { describePoint } from './point-lines.ts';
import type { PointArgument } from './restore-point-argument.ts';
import { runPlanned } from './run-planned.ts';

/** Beside the live database unless it is said otherwise: that loses nothing. */
export function restoreDatabase(
  { point, notAfter }: PointArgument,
  { database, tables }: DatabaseArgument,
  given: Given,
  session: Session,
): Promise<Result> {
  const { account } = given;
  const target = readTarget(given, session);
  return runPlanned(
    {
      makePlan: () =>
        session.perform<'plan-database'>({ kind: 'plan-database', account, point, database, tables, target }),
      introduce: (plan) => [...describePoint(plan.point, notAfter, session.page), describeDatabase(plan, session.page)],
      dryRun: given.has('dry-run'),
      action: 'restore',
    },
    session,
  );
}

function readTarget(given: Given, session: Session): DatabaseTarget {
  const name = given.option('as');
  for (const option of ['to', 'delete'] as const) {
    if (given.has(option)) throw refuse(`--${option}`, 'usage.notForDatabases', session);
  }
  if (!given.has('replace')) return { kind: 'beside', name };
  if (name !== undefined) throw refuse('--replace', 'usage.asOrReplace', session);
  return { kind: 'replace' };
}

function refuse(text: string, key: string, { page }: Session): Failure<'invalid-input'> {
  return new Failure('invalid-input', { field: page.texts.say('field.option'), text, hint: page.texts.say(key) });
}
