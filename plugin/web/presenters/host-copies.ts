import type { Formats } from '../../domain/formats.ts';
import type { DestinationLine, DestinationTest } from '../../protocol/copies.ts';
import type { AccountInventory, PlaceLine, RecoveryKeys } from '../../protocol/inventory.ts';
import { presentMissing, type MissingRow } from './host-missing.ts';

/** How all accounts stand against 3-2-1, and where their backups are. */
export interface HostCopies {
  readonly rules: readonly RuleTile[];
  readonly places: readonly HostPlace[];
  readonly missing: readonly MissingRow[];
  readonly keys: HostKeys;
}

/** Its words are `hostCopies.r_<key>`. */
export interface RuleTile {
  readonly key: string;
  readonly number: number;
  readonly yes: number;
  /** Of so many nobody can tell. */
  readonly unknown: number;
  readonly all: number;
}

export interface HostPlace {
  readonly name: string;
  readonly kind: DestinationLine['kind'];
  readonly mechanism: PlaceLine['mechanism'];
  readonly country: string | undefined;
  readonly provider: string | undefined;
  /** `mixed`: of some accounts what is there is locked, of others not. */
  readonly lock: { readonly word: 'locked' | 'mixed' | 'none' | 'unknown'; readonly until: string | undefined };
  /** Accounts of which something is there that can be relied upon. */
  readonly accounts: number;
  readonly newest: string | undefined;
  readonly test: PlaceTest;
}

/** What was found when the place was last tried out. `moved`: what was tried out is another place by now. */
export interface PlaceTest {
  readonly word: 'good' | 'warning' | 'bad' | 'moved' | 'never';
  readonly at: string | undefined;
  /** What is not as it should be. Its words are `hostCopies.f_<check>`. */
  readonly odd: readonly { readonly check: string; readonly facts: DestinationTest['findings'][number]['facts'] }[];
}

export interface HostKeys {
  readonly count: number;
  readonly proven: number;
  readonly last: string | undefined;
  readonly isGood: boolean;
}

export interface HostCopiesOptions {
  readonly accounts: readonly AccountInventory[];
  readonly recovery: RecoveryKeys;
  readonly destinations: readonly DestinationLine[];
  readonly formats: Formats;
  readonly now: Date;
}

export function presentHostCopies({ accounts, recovery, destinations, formats }: HostCopiesOptions): HostCopies {
  return {
    rules: rules.map(({ key, number }) => toTile(accounts, key, number)),
    places: destinations.map((destination) => toPlace(destination, accounts, formats)),
    missing: presentMissing(accounts, destinations),
    keys: toKeys(recovery, formats),
  };
}

const rules = [
  { key: 'threeCopies', number: 3 },
  { key: 'twoMechanisms', number: 2 },
  { key: 'oneOffsite', number: 1 },
  { key: 'oneImmutable', number: 1 },
] as const;

function toTile(accounts: readonly AccountInventory[], key: (typeof rules)[number]['key'], number: number): RuleTile {
  const those = (answer: 'yes' | 'unknown'): number => accounts.filter((one) => one.rules[key] === answer).length;
  return { key, number, yes: those('yes'), unknown: those('unknown'), all: accounts.length };
}

function toPlace(destination: DestinationLine, accounts: readonly AccountInventory[], formats: Formats): HostPlace {
  const { name, kind, role, country, provider } = destination;
  const held = accounts.flatMap(({ places }) => places.filter((place) => place.destination === name));
  const good = held.filter(({ counts }) => counts === 'yes');
  const newest = held
    .flatMap(({ newestAt }) => newestAt ?? [])
    .toSorted()
    .at(-1);
  return {
    name,
    kind,
    mechanism: role === 'archives' ? 'archive' : 'repository',
    country: country === undefined ? undefined : formats.country(country),
    provider,
    lock: toLock(good, formats),
    accounts: good.length,
    newest: newest === undefined ? undefined : formats.date(newest, 'dayTime'),
    test: toTest(destination, formats),
  };
}

/** Of several the one that ends first. */
function toLock(places: readonly PlaceLine[], formats: Formats): HostPlace['lock'] {
  const states = new Set(places.map(({ immutability }) => immutability.state));
  const until = places.flatMap(({ immutability }) =>
    immutability.state === 'locked' ? (immutability.until ?? []) : [],
  );
  const first = until.toSorted()[0];
  if (first === undefined) return { word: states.has('unknown') ? 'unknown' : 'none', until: undefined };
  if (states.size === 2 && states.has('unknown')) return { word: 'unknown', until: undefined };
  return { word: states.size > 1 ? 'mixed' : 'locked', until: formats.date(first, 'dayYear') };
}

/** That nothing is locked stands beside it, and that a disk takes no parts is no news. */
function toTest({ tested, location, kind }: DestinationLine, formats: Formats): PlaceTest {
  if (tested === undefined) return { word: 'never', at: undefined, odd: [] };
  const at = formats.date(tested.testedAt, 'dayYear');
  if (tested.location !== undefined && tested.location !== location) return { word: 'moved', at, odd: [] };
  const odd = tested.findings.filter(({ check, level }) => {
    return level === 'bad' || (level === 'warning' && check !== 'lock' && !(check === 'parts' && kind === 'local'));
  });
  const word = odd.some(({ level }) => level === 'bad') ? 'bad' : odd.length > 0 ? 'warning' : 'good';
  return { word, at, odd: odd.map(({ check, facts }) => ({ check, facts })) };
}

/** Fewer than two, and one lost stick is the end. */
function toKeys({ count, proven, lastAt }: RecoveryKeys, formats: Formats): HostKeys {
  const last = lastAt === undefined ? undefined : formats.date(lastAt, 'dayYear');
  return { count, proven, last, isGood: count >= 2 && proven >= count };
}
