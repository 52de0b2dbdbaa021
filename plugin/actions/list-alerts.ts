import type { KnownAlert } from '../domain/plan-alerts.ts';
import type { AlertKind, AlertLine } from '../protocol/proof.ts';
import type { Answer } from '../protocol/requests.ts';
import type { Services } from './services.ts';

const overDays = 30;
const dayMilliseconds = 86_400_000;

/** What somebody must know now, failures first; with `over` also what was in the last month. */
export async function listAlerts({ alerts, clock }: Services, { over }: { over: boolean }): Promise<Answer<'alerts'>> {
  const now = clock.now();
  const since = new Date(now.getTime() - (over ? overDays : 0) * dayMilliseconds);
  const known = await alerts.list(since);
  const shown = known.filter(({ resolvedAt }) => over || resolvedAt === undefined);
  return { alerts: shown.toSorted(compare).map(toLine) };
}

function compare(left: KnownAlert, right: KnownAlert): number {
  const rank = ({ resolvedAt, severity }: KnownAlert): number => {
    return (resolvedAt === undefined ? 0 : 2) + (severity === 'failure' ? 0 : 1);
  };
  return rank(left) - rank(right) || right.since.getTime() - left.since.getTime() || (left.key < right.key ? -1 : 1);
}

function toLine({ key, kind, severity, account, since, resolvedAt, facts }: KnownAlert): AlertLine {
  return {
    key,
    kind: kind as AlertKind,
    severity,
    account,
    since: since.toISOString(),
    resolvedAt: resolvedAt?.toISOString(),
    facts,
  };
}
