/** A number that the issue promises, and what was measured. */
export interface Goal {
  readonly text: string;
  /** `undefined` when it could not be measured: that is never shown as met. */
  readonly measured: number | undefined;
  readonly limit: { readonly name: 'at least' | 'at most'; readonly value: number };
  /** How the number reads: `×`, ` MiB`. */
  readonly unit: string;
}

export function atLeast(text: string, measured: number | undefined, value: number, unit = '×'): Goal {
  return { text, measured, limit: { name: 'at least', value }, unit };
}

export function atMost(text: string, measured: number | undefined, value: number, unit: string): Goal {
  return { text, measured, limit: { name: 'at most', value }, unit };
}

export type Verdict = 'met' | 'NOT met' | 'not measured';

export function judgeGoal({ measured, limit }: Goal): Verdict {
  if (measured === undefined || !Number.isFinite(measured)) return 'not measured';
  const isMet = limit.name === 'at least' ? measured >= limit.value : measured <= limit.value;
  return isMet ? 'met' : 'NOT met';
}

/** `goal: … | at least 2× | 2.41× | met` as cells. */
export function goalCells(goal: Goal): readonly string[] {
  const measured = goal.measured === undefined ? '-' : `${goal.measured.toFixed(2)}${goal.unit}`;
  return [goal.text, `${goal.limit.name} ${String(goal.limit.value)}${goal.unit}`, measured, judgeGoal(goal)];
}

/** `dividend / divisor`, or undefined when either is missing or the divisor is nothing. */
export function ratio(dividend: number | undefined, divisor: number | undefined): number | undefined {
  if (dividend === undefined || divisor === undefined || divisor === 0) return undefined;
  return dividend / divisor;
}
