/** What is known of an archive without opening it. */
export interface ArchiveSummary {
  readonly name: string;
  readonly kind: 'full' | 'differential';
  /** The full archive that a differential one needs. */
  readonly full: string | undefined;
  readonly startedAt: Date;
  readonly sealedBytes: number;
  /** Sealed with a passphrase of the account's own: this server cannot open it. */
  readonly isOwn?: boolean;
  /** Somebody asked for it: such ones drive out no night's. */
  readonly isByHand?: boolean;
}

export interface ArchiveRules {
  /** A full archive is made when the last is this old. */
  readonly fullEveryDays: number;
  /** Or when a differential one has grown to this part of its full one. */
  readonly largestDifference: number;
}

export const defaultArchiveRules: ArchiveRules = { fullEveryDays: 7, largestDifference: 0.5 };

export type NextArchive =
  | { readonly kind: 'full'; readonly because: 'first' | 'asked' | 'week-over' | 'turn' | 'difference-large' }
  | { readonly kind: 'differential'; readonly full: string }
  /** Full, and for the account alone: what was in the last one, this server cannot read. */
  | { readonly kind: 'own'; readonly isByHand: boolean };

const dayMilliseconds = 86_400_000;
/** A night that begins a little earlier than the last one did is a day later all the same. */
const slackMilliseconds = 2 * 3_600_000;

export interface NextArchiveQuestion {
  readonly now: Date;
  readonly isFullAsked: boolean;
  readonly rules: ArchiveRules;
  /** The account's. */
  readonly generation: string;
  /** Whether the account has a passphrase of its own. */
  readonly isOwn?: boolean;
  /** Whether somebody asked for it, in the place of a backup. */
  readonly isByHand?: boolean;
}

/**
 * Each account has a day of its own in the week, on which its full archive is made even if the last is younger: so those
 * that began in one night, and would for ever be due in one night, are spread from the second on. None is older for it.
 */
function isFullTurn(generation: string, now: Date, { fullEveryDays }: ArchiveRules): boolean {
  const day = Math.floor(now.getTime() / dayMilliseconds);
  return (Number.parseInt(generation.slice(0, 8), 16) + day) % fullEveryDays === 0;
}

/** What the next archive of an account is. Archives that lie in the future (a clock was wrong) count for nothing. */
export function planNextArchive(
  archives: readonly ArchiveSummary[],
  { now, isFullAsked, rules, generation, isOwn, isByHand = false }: NextArchiveQuestion,
): NextArchive {
  if (isOwn === true) return { kind: 'own', isByHand };
  if (isFullAsked) return { kind: 'full', because: 'asked' };
  const past = archives.filter((archive) => archive.startedAt <= now && archive.isOwn !== true);
  const full = newest(past.filter(({ kind }) => kind === 'full'));
  if (full === undefined) return { kind: 'full', because: 'first' };
  const age = now.getTime() - full.startedAt.getTime();
  if (age >= rules.fullEveryDays * dayMilliseconds - slackMilliseconds) return { kind: 'full', because: 'week-over' };
  const isTurn = age >= dayMilliseconds - slackMilliseconds && isFullTurn(generation, now, rules);
  if (isTurn) return { kind: 'full', because: 'turn' };
  const difference = newest(past.filter((archive) => archive.full === full.name));
  if ((difference?.sealedBytes ?? 0) > full.sealedBytes * rules.largestDifference)
    return { kind: 'full', because: 'difference-large' };
  return { kind: 'differential', full: full.name };
}

function newest(archives: readonly ArchiveSummary[]): ArchiveSummary | undefined {
  return archives.toSorted((one, other) => other.startedAt.getTime() - one.startedAt.getTime())[0];
}

/**
 * Which archives go when the rotation wants `kept`. A full archive stays as long as a kept differential one needs it.
 * The newest full archive with which everything can be brought back always stays.
 */
export function planArchiveRemoval(
  archives: readonly ArchiveSummary[],
  kept: ReadonlySet<string>,
): readonly ArchiveSummary[] {
  const needed = new Set(kept);
  for (const { name, full } of archives) if (kept.has(name) && full !== undefined) needed.add(full);
  const last = newest(archives.filter(({ kind }) => kind === 'full'));
  if (last !== undefined) needed.add(last.name);
  const going = archives.filter(({ name }) => !needed.has(name));
  // A chain is taken apart from its end, so that a crash in between leaves no archive without its full one.
  return going.toSorted((one, other) => Number(one.kind === 'full') - Number(other.kind === 'full'));
}

/**
 * As `2026-11-29T013000Z-full`, or `2026-11-30T013000Z-diff-2026-11-29T013000Z`: sorts by time, is a file name
 * everywhere, and a listing alone tells which archives belong together, and that one as `2026-11-29T013000Z-own` is sealed
 * with the account's own passphrase (`-own-asked`: not by a schedule).
 */
export function archiveName(startedAt: Date, next: NextArchive): string {
  const stamp = `${startedAt.toISOString().slice(0, 19).replaceAll(':', '')}Z`;
  if (next.kind === 'differential') return `${stamp}-diff-${next.full.replace(/-full$/, '')}`;
  return `${stamp}-${next.kind}${next.kind === 'own' && next.isByHand ? '-asked' : ''}`;
}

/**
 * The moment that an archive begun at `now` is named after. Names tell seconds, and sort by them: two of one second would
 * overwrite each other, or leave it open which is the newer one.
 */
export function freeMoment(archives: readonly Pick<ArchiveSummary, 'startedAt'>[], now: Date): Date {
  const taken = new Set(archives.map(({ startedAt }) => Math.floor(startedAt.getTime() / 1000)));
  let second = Math.floor(now.getTime() / 1000);
  if (!taken.has(second)) return now;
  while (taken.has(second)) second++;
  return new Date(second * 1000);
}

const stamp = String.raw`\d{4}-\d{2}-\d{2}T\d{6}Z`;
const kindOf = `(?:full|own(?:-asked)?|diff-(${stamp}))`;
const namePattern = new RegExp(`^(${stamp})-${kindOf}$`);
/** A whole name, or its moment alone. */
export const archiveNameOrMoment = new RegExp(`^${stamp}(?:-${kindOf})?$`);

/** What a name says; undefined for names that Larder does not give. */
export function parseArchiveName(
  name: string,
): Pick<ArchiveSummary, 'name' | 'kind' | 'full' | 'startedAt' | 'isOwn' | 'isByHand'> | undefined {
  const [, own, full] = namePattern.exec(name) ?? [];
  const startedAt = own === undefined ? undefined : parseStamp(own);
  if (startedAt === undefined) return undefined;
  const isByHand = name.endsWith('-own-asked');
  const whose = isByHand || name.endsWith('-own') ? { isOwn: true, isByHand } : {};
  if (full === undefined) return { name, kind: 'full', full: undefined, startedAt, ...whose };
  return { name, kind: 'differential', full: `${full}-full`, startedAt };
}

function parseStamp(text: string): Date | undefined {
  const time = new Date(text.replace(/T(\d{2})(\d{2})(\d{2})Z$/, 'T$1:$2:$3Z'));
  return Number.isNaN(time.getTime()) ? undefined : time;
}
