/** Something that is so at this moment and that somebody must know. */
export interface AlertCondition {
  /** What it is about: the same as long as it is the same thing. At most 150 characters. */
  readonly key: string;
  readonly kind: string;
  /** What failed is told at any hour; a warning can wait until morning. */
  readonly severity: 'failure' | 'warning';
  readonly account: string | undefined;
  readonly facts: { readonly [name: string]: string | number };
  /** It is told only once it has lasted so long. */
  readonly afterMilliseconds?: number | undefined;
}

/** A condition as it is kept from when it began. */
export interface KnownAlert extends Omit<AlertCondition, 'afterMilliseconds'> {
  readonly since: Date;
  readonly seenAt: Date;
  readonly resolvedAt: Date | undefined;
  /** When people were told; undefined when they were not yet. */
  readonly toldAt: Date | undefined;
  readonly toldOverAt: Date | undefined;
}

export interface AlertPlan {
  /** What is kept of it from now on, as long as nobody was told. */
  readonly keep: readonly KnownAlert[];
  /** One message tells all of it; there is none when both are empty. */
  readonly tellBegun: readonly KnownAlert[];
  readonly tellOver: readonly KnownAlert[];
}

export interface AlertClock {
  readonly now: Date;
  /** Whether people want to be left alone with what can wait. */
  readonly isQuiet: boolean;
}

/** What comes back so soon was never over: people are not told again. */
const flutterMilliseconds = 2 * 60 * 60 * 1000;

/**
 * What to remember and what to tell. Each thing is told once when it begins and once when it is over, and when it was
 * never told that it began, its end is nobody's business either. However much begins at once is one message.
 * @param known alerts that are not over, or were a while ago.
 */
export function planAlerts(
  known: readonly KnownAlert[],
  conditions: readonly AlertCondition[],
  { now, isQuiet }: AlertClock,
): AlertPlan {
  const current = new Map(conditions.map((condition) => [condition.key, condition]));
  const newest = newestByKey(known);
  const present = [...current.values()].map((condition) => continueAlert(newest.get(condition.key), condition, now));
  const gone = [...newest.values()].filter((alert) => alert.resolvedAt === undefined && !current.has(alert.key));
  const resolved = gone.map((alert) => ({ ...alert, resolvedAt: now }));
  const mayTell = ({ severity }: KnownAlert): boolean => severity === 'failure' || !isQuiet;
  const tellBegun = present.filter((alert) => {
    const { afterMilliseconds = 0 } = current.get(alert.key) ?? {};
    const hasLasted = now.getTime() - alert.since.getTime() >= afterMilliseconds;
    return alert.toldAt === undefined && hasLasted && mayTell(alert);
  });
  const ended = [...resolved, ...[...newest.values()].filter((alert) => alert.resolvedAt !== undefined)];
  const tellOver = ended.filter((alert) => {
    const isKnown = alert.toldAt !== undefined && alert.toldOverAt === undefined;
    return isKnown && !current.has(alert.key) && !isQuiet;
  });
  return { keep: [...present, ...resolved], tellBegun, tellOver };
}

/** What is kept once people were told what the plan wants them to hear. */
export function withTold({ keep, tellBegun, tellOver }: AlertPlan, now: Date): KnownAlert[] {
  const begun = new Set(tellBegun.map(({ key }) => key));
  const over = new Set(tellOver.map(({ key }) => key));
  const kept = new Map([...keep, ...tellOver].map((alert) => [alert.key, alert]));
  return [...kept.values()].map((alert) => {
    if (over.has(alert.key)) return { ...alert, toldOverAt: now };
    return begun.has(alert.key) ? { ...alert, toldAt: now } : alert;
  });
}

/** Within the span, which may go over midnight. @param minute since midnight where people are. */
export function isQuietAt(
  quiet: { readonly from: number; readonly until: number } | undefined,
  minute: number,
): boolean {
  if (quiet === undefined || quiet.from === quiet.until) return false;
  if (quiet.from < quiet.until) return minute >= quiet.from && minute < quiet.until;
  return minute >= quiet.from || minute < quiet.until;
}

function continueAlert(before: KnownAlert | undefined, condition: AlertCondition, now: Date): KnownAlert {
  const { key, kind, severity, account, facts } = condition;
  const described = { key, kind, severity, account, facts, seenAt: now };
  const fresh = { ...described, since: now, resolvedAt: undefined, toldAt: undefined, toldOverAt: undefined };
  if (before === undefined) return fresh;
  if (before.resolvedAt === undefined) return { ...before, ...described };
  const isFlutter = now.getTime() - before.resolvedAt.getTime() < flutterMilliseconds;
  return isFlutter ? { ...before, ...described, resolvedAt: undefined, toldOverAt: undefined } : fresh;
}

function newestByKey(known: readonly KnownAlert[]): Map<string, KnownAlert> {
  const newest = new Map<string, KnownAlert>();
  for (const alert of known) {
    const other = newest.get(alert.key);
    if (other === undefined || other.since.getTime() < alert.since.getTime()) newest.set(alert.key, alert);
  }
  return newest;
}
