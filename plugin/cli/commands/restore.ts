import { Failure, isFailure } from '../../domain/failure.ts';
import type { PlanReport, PlanTarget } from '../../protocol/plans.ts';
import type { PathBytes } from '../../protocol/requests.ts';
import type { Command, Given, Result, Session } from '../command.ts';
import { parseDatabaseArguments, parseRedisArgument } from '../database-argument.ts';
import { restoreDatabase } from '../restore-database.ts';
import { namedBy } from '../from-option.ts';
import { belowHome } from '../path-argument.ts';
import { describePoint } from '../point-lines.ts';
import { restoreDirectly } from '../restore-directly.ts';
import { parsePointArgument, type PointArgument } from '../restore-point-argument.ts';
import { runPlanned } from '../run-planned.ts';

export const restoreCommand: Command = {
  name: 'restore',
  usage:
    'PATH…|db:NAME[/TABLE]…|redis:NAME --at WHEN [--to FOLDER|FILE] [--delete] [--as NEW|--replace] [--dry-run] [--from DESTINATION] [--passphrase-file FILE|-]',
  arguments: { least: 1, most: Infinity },
  options: ['at', 'to', 'dry-run', 'delete', 'as', 'replace', 'from', 'passphrase-file'],
  account: 'needed',
  audience: 'everyone',
  run: async (given, session) => {
    const redis = parseRedisArgument(given.arguments, session);
    if (redis !== undefined) {
      const { restoreRedis } = await import('../restore-redis.ts');
      return restoreRedis(parseAt(given, session), redis, given, session);
    }
    const database = parseDatabaseArguments(given.arguments, session);
    if (database !== undefined) {
      refuseCopy(given, session);
      return restoreDatabase(parseAt(given, session), database, given, session);
    }
    refuseDatabaseOptions(given, session);
    const asked = { ...parseAt(given, session), paths: await session.parsePaths(given.arguments, given.account) };
    const elsewhere = await findElsewhere(given, session);
    if (elsewhere !== undefined) return restoreElsewhere(asked, elsewhere, given, session);
    const target = await findTarget(given, session);
    const isOwn = given.has('from') && (await session.ownAccount()) !== undefined;
    return isOwn ? restoreFromElsewhere(asked, target, given, session) : restoreByPlan(asked, target, given, session);
  },
};

/** By a plan where that can be; archives that only the account opens need its passphrase. */
async function restoreFromElsewhere(asked: Asked, target: PlanTarget, given: Given, session: Session): Promise<Result> {
  const { restoreSealed } = await import('../restore-sealed.ts');
  const sealed = { ...asked, to: target.kind === 'folder' ? target.path : undefined };
  if (given.has('passphrase-file')) return restoreSealed(sealed, given, session);
  try {
    return await restoreByPlan(asked, target, given, session);
  } catch (error) {
    if (!isFailure(error, 'passphrase-needed') || !session.canAsk) throw error;
    return restoreSealed(sealed, given, session);
  }
}

/** They would be taken for something that they are not. */
function refuseDatabaseOptions(given: Given, session: Session): void {
  const option = (['as', 'replace'] as const).find((name) => given.has(name));
  if (option === undefined) return;
  const { texts } = session.page;
  throw new Failure('invalid-input', {
    field: texts.say('field.option'),
    text: `--${option}`,
    hint: texts.say('usage.database'),
  });
}

interface Asked extends PointArgument {
  readonly paths: readonly PathBytes[];
}

function parseAt(given: Given, session: Session): PointArgument {
  const at = given.option('at');
  if (at !== undefined) return parsePointArgument(at, session);
  throw new Failure('invalid-input', { field: '--at', text: '', hint: session.page.texts.say('usage.times') });
}

/** The folder outside of the home that root names; undefined for everyone else, and in the home. */
async function findElsewhere(given: Given, session: Session): Promise<string | undefined> {
  const to = given.option('to');
  if (to === undefined || to.startsWith('~') || (await session.ownAccount()) !== undefined) return undefined;
  const folder = session.absolutePath(to);
  return belowHome(folder, await session.homeOf(given.account)) === undefined ? folder : undefined;
}

async function findTarget(given: Given, session: Session): Promise<PlanTarget> {
  const to = given.option('to');
  if (to === undefined) return { kind: 'in-place' };
  const [path = ''] = await session.parsePaths([to], given.account);
  return { kind: 'folder', path };
}

function restoreElsewhere(asked: Asked, to: string, given: Given, session: Session): Promise<Result> {
  if (given.has('delete')) {
    const hint = session.page.texts.say('usage.deleteInPlace');
    throw new Failure('invalid-input', { field: session.page.texts.say('field.option'), text: '--delete', hint });
  }
  const { paths, point, notAfter } = asked;
  const { account } = given;
  return restoreDirectly(
    { kind: 'restore', account, paths, point, to, dryRun: given.has('dry-run'), ...namedBy(given, 'from', 'from') },
    notAfter,
    session,
  );
}

/** A database comes back from where its dumps were made. */
function refuseCopy(given: Given, { page }: Session): void {
  const from = given.option('from');
  if (from === undefined) return;
  const hint = page.texts.say('usage.fromDatabase', { destination: from });
  throw new Failure('invalid-input', { field: page.texts.say('field.option'), text: '--from', hint });
}

function restoreByPlan(asked: Asked, target: PlanTarget, given: Given, session: Session): Promise<Result> {
  const { paths, point, notAfter } = asked;
  const { account } = given;
  const from = namedBy(given, 'from', 'from');
  const mode = given.has('delete') ? 'exact' : 'merge';
  const introduce = ({ point: found }: PlanReport) =>
    found === undefined ? [] : describePoint(found, notAfter, session.page);
  return runPlanned(
    {
      makePlan: () => session.perform<'plan'>({ kind: 'plan', account, point, paths, target, mode, ...from }),
      introduce,
      dryRun: given.has('dry-run'),
      action: 'restore',
    },
    session,
  );
}
