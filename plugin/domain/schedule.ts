/** What runs by itself, as the administrator decided. */
export interface ScheduleConfiguration {
  /** IANA name of the zone in which days begin and times are meant. */
  readonly timeZone: string;
  /** Undefined: no account is backed up by itself at night. */
  readonly night: NightWindow | undefined;
  /** A cron expression; undefined: never. */
  readonly databases: string | undefined;
  /** Whether the server itself has restore points, under the account `_system`. */
  readonly system: boolean;
  /** Further absolute folders that these hold. */
  readonly systemFolders: readonly string[];
  readonly own: readonly OwnSchedule[];
  /** Accounts that are never backed up by themselves. */
  readonly excluded: readonly string[];
  /** Which accounts to leave out, by how they stand. */
  readonly skipped: readonly ('suspended' | 'over-quota')[];
  /** For how long one rotation may go on freeing space. */
  readonly rotationMinutes: number;
  /** Whether there are destinations for copies, and one for archives. */
  readonly offSite?: { readonly copies: boolean; readonly archives: boolean };
}

/** Minutes since midnight. It may go over midnight. */
export interface NightWindow {
  readonly from: number;
  readonly until: number;
  /** Whether accounts are spread over the window; otherwise they follow one another at once. */
  readonly isSpread: boolean;
}

export interface OwnSchedule {
  readonly name: string;
  readonly cron: string;
  readonly does: 'backup' | 'databases';
  /** With neither accounts nor packages: everybody. */
  readonly accounts: readonly string[];
  readonly packages: readonly string[];
  /** Undefined: each account's own zone, where the panel tells it, else the server's. */
  readonly timeZone: string | undefined;
}

/** An account as far as schedules look at it. */
export interface ScheduledAccount {
  readonly name: string;
  readonly package?: string | undefined;
  readonly timeZone?: string | undefined;
}

/** One cron expression in one zone, and what is due then. */
export interface Schedule {
  /** Tells it apart from every other, also from itself before it was changed; at most 150 characters. */
  readonly key: string;
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly does: 'backup' | 'databases' | 'copies' | 'archives' | 'rotate' | 'system';
  /** Names, where it is not about all. */
  readonly accounts: readonly string[] | undefined;
  /** For how long it may begin with accounts. */
  readonly windowMinutes: number | undefined;
  readonly isSpread: boolean;
}

const dayMinutes = 24 * 60;

/** Everything that runs by itself. Own schedules without an account that they are for are left out. */
export function planSchedules(
  configuration: ScheduleConfiguration,
  accounts: readonly ScheduledAccount[],
): readonly Schedule[] {
  const { timeZone, night, databases, system, own } = configuration;
  const everybody = { timeZone, accounts: undefined, windowMinutes: undefined, isSpread: false };
  const schedules: Omit<Schedule, 'key'>[] = [];
  if (system) schedules.push({ ...everybody, name: 'system', does: 'system', cron: dailyAt(night?.from ?? 30) });
  if (night !== undefined) {
    const windowMinutes = (night.until - night.from + dayMinutes) % dayMinutes || dayMinutes;
    const { isSpread } = night;
    schedules.push({
      ...everybody,
      name: 'nightly',
      does: 'backup',
      cron: dailyAt(night.from),
      windowMinutes,
      isSpread,
    });
  }
  if (databases !== undefined) schedules.push({ ...everybody, name: 'databases', does: 'databases', cron: databases });
  schedules.push(...own.flatMap((one) => ownSchedules(one, accounts, timeZone)));
  const cron = dailyAt(night?.until ?? 300);
  for (const does of afterNight(configuration)) schedules.push({ ...everybody, name: does, does, cron });
  return schedules.map((schedule) => ({ ...schedule, key: keyOf(schedule) }));
}

/** Without a night of its own, `larder nightly` is started by somebody else, and archives too. */
function afterNight({ night, offSite }: ScheduleConfiguration): Schedule['does'][] {
  return [
    ...(offSite?.copies === true ? (['copies'] as const) : []),
    ...(offSite?.archives === true && night !== undefined ? (['archives'] as const) : []),
    'rotate',
  ];
}

function dailyAt(minutes: number): string {
  return `${minutes % 60} ${Math.floor(minutes / 60)} * * *`;
}

function ownSchedules(own: OwnSchedule, accounts: readonly ScheduledAccount[], serverZone: string) {
  const { name, cron, does } = own;
  const zones = Map.groupBy(
    accounts.filter((account) => isFor(own, account)),
    (account) => own.timeZone ?? account.timeZone ?? serverZone,
  );
  return [...zones].map(([timeZone, those]) => {
    const names = those.map((account) => account.name);
    return { name, cron, does, timeZone, accounts: names, windowMinutes: undefined, isSpread: false };
  });
}

function isFor({ accounts, packages }: OwnSchedule, account: ScheduledAccount): boolean {
  if (accounts.length + packages.length === 0) return true;
  return accounts.includes(account.name) || packages.includes(account.package ?? '');
}

function keyOf({ name, cron, timeZone }: Omit<Schedule, 'key'>): string {
  return `${name} ${cron} ${timeZone}`;
}
