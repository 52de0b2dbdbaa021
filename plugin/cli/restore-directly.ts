import type { RestoreReport, RestoreRequest } from '../protocol/requests.ts';
import type { Result, Session } from './command.ts';
import { describePoint } from './point-lines.ts';
import { describeProblems, describeRestore } from './restore-lines.ts';
import { withShownPath } from './shown-paths.ts';

/** Into a folder outside of the home, where nothing can be lost: at once. */
export async function restoreDirectly(
  request: RestoreRequest,
  notAfter: string | undefined,
  session: Session,
): Promise<Result> {
  const report = await session.perform<'restore'>(request);
  for (const line of describePoint(report.point, notAfter, session.page)) session.talk(line);
  return toRestoreResult(report, session);
}

/** What a restore without a plan came to. */
export function toRestoreResult(report: RestoreReport, { page }: Session): Result {
  return {
    schema: 'larder/restore/1',
    answer: { ...report, problems: report.problems.map(withShownPath) },
    exitCode: report.problemCount > 0 ? 3 : 0,
    lines: [describeRestore(report, page)],
    notes: describeProblems(report, page),
  };
}
