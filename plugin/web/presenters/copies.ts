import type { Formats } from '../../domain/formats.ts';
import type { AccountInventory, PlaceLine } from '../../protocol/inventory.ts';
import type { PointLine } from '../../protocol/requests.ts';

/** One place where backups of the account are, in words. */
export interface CopyPlace {
  /** As the command line calls it. */
  readonly name: string;
  readonly icon: 'hard-drive' | 'globe' | 'archive';
  /** The country, where one is known. */
  readonly country: string | undefined;
  readonly where: 'elsewhere' | 'here' | 'unknown';
  readonly what: PlaceLine['mechanism'];
  readonly provider: string | undefined;
  readonly count: number | undefined;
  /** From when the newest is, and how long ago that was. */
  readonly newest: { readonly at: string; readonly ago: string } | undefined;
  readonly state: 'good' | 'empty' | 'lost' | 'old' | 'unknown';
  readonly lock: { readonly word: string; readonly until: string | undefined };
  /** Whether the restore point that was asked for is there; undefined: none was, or that cannot be said. */
  readonly holds: 'yes' | 'no' | undefined;
}

export interface CopiesPage {
  readonly places: readonly CopyPlace[];
  /** What may be said of all together, the best first. */
  readonly said: 'independent' | 'elsewhere' | 'here' | 'unknown' | 'none';
  readonly countries: string;
  readonly copies: number;
  /** Until when the one that is locked for longest cannot be deleted; undefined: that is not proved of any. */
  readonly lockedUntil: string | undefined;
  /** Kinds of what is missing, without what is said beside each place. */
  readonly missing: readonly string[];
}

export interface CopiesOptions {
  readonly inventory: AccountInventory;
  readonly point: PointLine | undefined;
  readonly formats: Formats;
  readonly now: Date;
}

export function presentCopies({ inventory, point, formats, now }: CopiesOptions): CopiesPage {
  const { rules, places, missing } = inventory;
  return {
    places: places.map((place) => toPlace(place, point, { formats, now })),
    said: sayTogether(inventory),
    countries: formats.list(inventory.countries.map((code) => formats.country(code))),
    copies: inventory.copies,
    lockedUntil: rules.oneImmutable === 'yes' ? longestLock(places, formats) : undefined,
    missing: missing.filter(({ kind }) => !besideEach.includes(kind)).map(({ kind }) => kind),
  };
}

const besideEach: readonly string[] = ['empty', 'lost', 'old', 'age-unknown', 'no-backup'];

function sayTogether({ rules, missing }: AccountInventory): CopiesPage['said'] {
  if (missing.some(({ kind }) => kind === 'no-backup')) return 'none';
  if (rules.twoIndependent === 'yes') return 'independent';
  if (rules.oneOffsite === 'yes') return 'elsewhere';
  return rules.oneOffsite === 'no' ? 'here' : 'unknown';
}

function longestLock(places: readonly PlaceLine[], formats: Formats): string | undefined {
  const untils = places.flatMap(({ offsite, counts, immutability: { state, until } }) =>
    offsite === 'yes' && counts === 'yes' && state === 'locked' && until !== undefined ? [until] : [],
  );
  const last = untils.toSorted().at(-1);
  return last === undefined ? undefined : formats.date(last, 'dayYear');
}

interface Reader {
  readonly formats: Formats;
  readonly now: Date;
}

function toPlace(place: PlaceLine, point: PointLine | undefined, { formats, now }: Reader): CopyPlace {
  const { destination, mechanism, country, provider, points, newestAt, offsite } = place;
  return {
    name: destination,
    icon: mechanism === 'archive' ? 'archive' : offsite === 'no' ? 'hard-drive' : 'globe',
    country: country === undefined ? undefined : formats.country(country),
    where: ({ yes: 'elsewhere', no: 'here', unknown: 'unknown' } as const)[offsite],
    what: mechanism,
    provider,
    count: points,
    newest:
      newestAt === undefined ? undefined : { at: formats.date(newestAt, 'shortTime'), ago: formats.ago(newestAt, now) },
    state: stateOf(place),
    lock: lockOf(place, formats),
    holds: holdsOf(place, point),
  };
}

function stateOf({ counts, lost, points, newestAt }: PlaceLine): CopyPlace['state'] {
  if (lost > 0) return 'lost';
  if (points === 0) return 'empty';
  if (counts === 'yes') return 'good';
  return newestAt === undefined ? 'unknown' : 'old';
}

function lockOf({ immutability: { state, until } }: PlaceLine, formats: Formats): CopyPlace['lock'] {
  if (state === 'locked' && until !== undefined) return { word: 'locked', until: formats.date(until, 'dayYear') };
  return { word: state === 'unknown' ? 'unknown' : 'none', until: undefined };
}

/** Archives are made for themselves: a restore point is never in one. */
function holdsOf({ destination, role }: PlaceLine, point: PointLine | undefined): CopyPlace['holds'] {
  if (point === undefined || role === 'archives') return undefined;
  if (role === 'primary') return 'yes';
  return point.copies?.includes(destination) === true ? 'yes' : 'no';
}
