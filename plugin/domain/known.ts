/** What is so, what is not, and what nobody knows. */
export type Known = 'yes' | 'no' | 'unknown';

export function toKnown(value: boolean | undefined): Known {
  if (value === undefined) return 'unknown';
  return value ? 'yes' : 'no';
}

export function allOf(values: readonly Known[]): Known {
  if (values.includes('no')) return 'no';
  return values.includes('unknown') ? 'unknown' : 'yes';
}

export function anyOf(values: readonly Known[]): Known {
  return atLeast(1, values);
}

/** Whether at least `count` of them are so. */
export function atLeast(count: number, values: readonly Known[]): Known {
  const sure = values.filter((value) => value === 'yes').length;
  if (sure >= count) return 'yes';
  return sure + values.filter((value) => value === 'unknown').length >= count ? 'unknown' : 'no';
}
