/** Which restore points stay. Rules add up: a point stays when any of them wants it. */
export type KeepRule =
  /** The newest of each of the most recent hours, days, … that have one. */
  | { readonly kind: 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly'; readonly count: number }
  /** That of the last day of each of the most recent months; the latest of a month whose last day has none. */
  | { readonly kind: 'month-ends'; readonly count: number }
  /** That of 31 December of each of the years before; the latest of a December whose last day has none. */
  | { readonly kind: 'year-ends'; readonly count: number }
  /** The newest of all. */
  | { readonly kind: 'last'; readonly count: number }
  | { readonly kind: 'within'; readonly days: number }
  | { readonly kind: 'all' };

export interface RetentionPolicy {
  /** `policy`, `classic`, `all`, or `own`. */
  readonly name: string;
  readonly rules: readonly KeepRule[];
  /** Older ones go, whatever the rules say. */
  readonly dropAfterDays: number | undefined;
  /** Restore points that hold databases only. */
  readonly databases: DatabaseRetention;
  /** For how long a backup by hand stays at the least. */
  readonly manualDays: number;
  /** Why these accounts have another policy than the server. */
  readonly reason: string | undefined;
}

export interface DatabaseRetention {
  /** All of so many of the most recent days … */
  readonly allDays: number;
  /** … then the newest of each of so many days before. */
  readonly dailyDays: number;
}

const usual = { dropAfterDays: undefined, databases: { allDays: 3, dailyDays: 12 }, manualDays: 30, reason: undefined };

export const presetNames = ['policy', 'classic', 'all'] as const;
export type PresetName = (typeof presetNames)[number];

export const presets: { readonly [Name in PresetName]: RetentionPolicy } = {
  /** The last 12 days, the last days of 3 months, the last day of the year before. */
  policy: {
    name: 'policy',
    rules: [
      { kind: 'daily', count: 12 },
      { kind: 'month-ends', count: 3 },
      { kind: 'year-ends', count: 1 },
    ],
    ...usual,
  },
  classic: {
    name: 'classic',
    rules: [
      { kind: 'hourly', count: 24 },
      { kind: 'daily', count: 7 },
      { kind: 'weekly', count: 4 },
      { kind: 'monthly', count: 12 },
      { kind: 'yearly', count: 3 },
    ],
    ...usual,
  },
  all: { name: 'all', rules: [{ kind: 'all' }], ...usual },
};

/** A policy for some accounts, and why. */
export interface RetentionException {
  readonly accounts: readonly string[];
  readonly packages: readonly string[];
  readonly policy: RetentionPolicy;
}

export interface RetentionConfiguration {
  readonly policy: RetentionPolicy;
  readonly exceptions: readonly RetentionException[];
}

/** The account's own exception, else its package's, else the server's policy. */
export function policyFor(
  configuration: RetentionConfiguration,
  account: { readonly name: string; readonly package?: string | undefined },
): RetentionPolicy {
  const { exceptions, policy } = configuration;
  const own = exceptions.find(({ accounts }) => accounts.includes(account.name));
  const packaged = exceptions.find(({ packages }) => packages.includes(account.package ?? ''));
  return (own ?? packaged)?.policy ?? policy;
}
