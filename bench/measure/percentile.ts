/** The value that 95 of 100 do not exceed. @throws {RangeError} when there is none. */
export function percentile95(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.ceil(sorted.length * 0.95) - 1];
  if (value === undefined) throw new RangeError('no values');
  return value;
}
