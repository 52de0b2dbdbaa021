import type { RestoreReport, RestoreRequest } from '../../protocol/requests.ts';
import type { Command, Given, Result, Session } from '../command.ts';
import { Failure } from '../../domain/failure.ts';
import type { Page } from '../page.ts';
import { parsePathArgument } from '../path-argument.ts';
import { describePoint } from '../point-lines.ts';
import { describeProblems, describeRestore, showContents } from '../restore-lines.ts';
import { parsePointArgument } from '../restore-point-argument.ts';
import { showPathBytes } from '../show-text.ts';

export const restoreCommand: Command = {
  name: 'restore',
  usage: 'PATH… --at WHEN [--to DIR] [--dry-run]',
  arguments: { least: 1, most: Infinity },
  options: ['at', 'to', 'dry-run'],
  account: 'needed',
  run: async (given, session) => {
    const { request, notAfter } = toRequest(given, session);
    const isInPlace = request.to === undefined && !request.dryRun;
    if (isInPlace && session.canAsk) return restoreAfterAsking(request, notAfter, session);
    if (isInPlace) await session.confirm('', 'restore');
    return restoreAtOnce(request, notAfter, session);
  },
};

interface Asked {
  readonly request: RestoreRequest;
  readonly notAfter: string | undefined;
}

function toRequest(given: Given, session: Session): Asked {
  const { texts } = session.page;
  const at = given.option('at');
  if (at === undefined) throw new Failure('invalid-input', { field: '--at', text: '', hint: texts.say('usage.times') });
  const { point, notAfter } = parsePointArgument(at, session);
  const to = given.option('to');
  const request: RestoreRequest = {
    kind: 'restore',
    account: given.account,
    paths: given.arguments.map((path) => parsePathArgument(path, texts)),
    point,
    to: to === undefined ? undefined : session.absolutePath(to),
    dryRun: given.has('dry-run'),
  };
  return { request, notAfter };
}

async function restoreAtOnce(request: RestoreRequest, notAfter: string | undefined, session: Session): Promise<Result> {
  const report = await session.perform<'restore'>(request);
  session.talk(describePoint(report.point, notAfter, session.page));
  return toResult(report, session.page);
}

/** What was confirmed is what runs: the restore point of the dry run, by its full id. */
async function restoreAfterAsking(
  request: RestoreRequest,
  notAfter: string | undefined,
  session: Session,
): Promise<Result> {
  const { page } = session;
  const plan = await session.perform<'restore'>({ ...request, dryRun: true });
  session.talk(describePoint(plan.point, notAfter, page));
  session.talk(showContents(plan, page));
  const items = plan.files + plan.folders + plan.links;
  const isAgreed =
    items > 0 && (await session.confirm(page.texts.say('restore.question', { count: items }), 'restore'));
  if (!isAgreed) return stopped(plan, page.texts.say(items > 0 ? 'restore.stopped' : 'restore.nothing'));
  const report = await session.perform<'restore'>({ ...request, point: plan.point.id });
  return toResult(report, page);
}

function stopped(plan: RestoreReport, note: string): Result {
  return { schema: 'larder/restore/1', answer: plan, exitCode: 130, lines: [], notes: [note] };
}

function toResult(report: RestoreReport, page: Page): Result {
  const problems = report.problems.map((problem) => ({
    ...problem,
    path: showPathBytes(problem.path),
    pathBytes: problem.path,
  }));
  return {
    schema: 'larder/restore/1',
    answer: { ...report, problems },
    exitCode: report.problemCount > 0 ? 3 : 0,
    lines: [describeRestore(report, page)],
    notes: describeProblems(report, page),
  };
}
