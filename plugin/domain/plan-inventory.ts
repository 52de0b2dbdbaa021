import { countsAsCopy, immutabilityOf, type Immutability, type KeptCopy, type Mechanism } from './kept-copy.ts';
import { allOf, anyOf, atLeast, toKnown, type Known } from './known.ts';

/** An account's backups as they were found, and how that stands against what was promised. */
export interface Inventory {
  /** With the live data. Only those that can be relied upon. */
  readonly copies: number;
  readonly mechanisms: readonly Mechanism[];
  /** Of copies that are elsewhere, where the configuration says it. */
  readonly countries: readonly string[];
  readonly places: readonly InventoryPlace[];
  readonly rules: InventoryRules;
  /** Empty when every rule is kept and every destination holds what it should. */
  readonly missing: readonly MissingCopy[];
}

export interface InventoryPlace extends KeptCopy {
  readonly counts: Known;
  readonly immutability: Immutability;
}

/** 3-2-1, and what is promised beyond. */
export interface InventoryRules {
  /** Three copies with the live data. */
  readonly threeCopies: Known;
  readonly twoMechanisms: Known;
  readonly oneOffsite: Known;
  /** Two elsewhere that share neither mechanism nor country. */
  readonly twoIndependent: Known;
  /** One elsewhere that this server's own keys cannot destroy. */
  readonly oneImmutable: Known;
}

export type MissingKind =
  | 'no-backup'
  | 'empty'
  | 'lost'
  | 'old'
  | 'age-unknown'
  | 'few-copies'
  | 'one-mechanism'
  | 'no-offsite'
  | 'offsite-unknown'
  | 'one-independent'
  | 'same-country'
  | 'independence-unknown'
  | 'not-immutable'
  | 'immutability-unknown';

export interface MissingCopy {
  readonly kind: MissingKind;
  /** Those that it is about; empty where it is about none in particular. */
  readonly destinations: readonly string[];
}

interface Promised {
  readonly now: Date;
  /** How old a backup may become by the account's tier. */
  readonly rpoHours: number;
}

/** The one judgement on an account's copies: for the inventory, the pages and the report. */
export function planInventory(copies: readonly KeptCopy[], promised: Promised): Inventory {
  const places = copies.map((copy) => {
    return { ...copy, counts: countsAsCopy(copy, promised), immutability: immutabilityOf(copy.lock, promised.now) };
  });
  const good = places.filter(({ counts }) => counts === 'yes');
  const rules = judge(places);
  return {
    copies: good.length + 1,
    mechanisms: unique(good.map(({ mechanism }) => mechanism)),
    countries: unique(good.filter((place) => place.isOffsite === 'yes').flatMap(({ country }) => country ?? [])),
    places,
    rules,
    missing: findMissing(places, rules),
  };
}

function unique<Value extends string>(values: readonly Value[]): Value[] {
  return [...new Set(values)].toSorted();
}

function judge(places: readonly InventoryPlace[]): InventoryRules {
  const ofMechanism = (wanted: Mechanism) =>
    anyOf(places.filter(({ mechanism }) => mechanism === wanted).map(({ counts }) => counts));
  return {
    threeCopies: atLeast(
      2,
      places.map(({ counts }) => counts),
    ),
    twoMechanisms: allOf([ofMechanism('repository'), ofMechanism('archive')]),
    oneOffsite: anyOf(places.map(isElsewhere)),
    twoIndependent: anyOf(pairsOf(places).map(isIndependent)),
    oneImmutable: anyOf(places.map((place) => allOf([isElsewhere(place), isImmutable(place)]))),
  };
}

type Pair = readonly [InventoryPlace, InventoryPlace];

function pairsOf(places: readonly InventoryPlace[]): Pair[] {
  return places.flatMap((one, index) => places.slice(index + 1).map((other): Pair => [one, other]));
}

function isElsewhere({ counts, isOffsite }: InventoryPlace): Known {
  return allOf([counts, isOffsite]);
}

function isOtherMechanism([one, other]: Pair): Known {
  return toKnown(one.mechanism !== other.mechanism);
}

function isOtherCountry([one, other]: Pair): Known {
  if (one.country === undefined || other.country === undefined) return 'unknown';
  return toKnown(one.country !== other.country);
}

function isIndependent(pair: Pair): Known {
  return allOf([...pair.map(isElsewhere), isOtherMechanism(pair), isOtherCountry(pair)]);
}

function isImmutable({ immutability: { state } }: InventoryPlace): Known {
  return state === 'unknown' ? 'unknown' : toKnown(state === 'locked');
}

function findMissing(places: readonly InventoryPlace[], rules: InventoryRules): MissingCopy[] {
  if (!places.some(({ isThere }) => isThere)) return [{ kind: 'no-backup', destinations: [] }];
  return [
    about(
      'empty',
      places.filter(({ isThere }) => !isThere),
    ),
    about(
      'lost',
      places.filter(({ lost }) => lost > 0),
    ),
    about(
      'old',
      places.filter(({ counts, isThere, lost }) => counts === 'no' && isThere && lost === 0),
    ),
    about(
      'age-unknown',
      places.filter(({ counts }) => counts === 'unknown'),
    ),
    ...(rules.threeCopies === 'yes' ? [] : [plain('few-copies')]),
    ...(rules.twoMechanisms === 'yes' ? [] : [plain('one-mechanism')]),
    ...missingOffsite(places, rules),
    ...missingIndependence(places, rules),
    ...missingImmutability(places, rules),
  ].flatMap((found) => found ?? []);
}

function plain(kind: MissingKind): MissingCopy {
  return { kind, destinations: [] };
}

/** @returns undefined where it is about none. */
function about(kind: MissingKind, places: readonly InventoryPlace[]): MissingCopy | undefined {
  if (places.length === 0) return undefined;
  return { kind, destinations: places.map(({ destination }) => destination) };
}

function missingOffsite(places: readonly InventoryPlace[], { oneOffsite }: InventoryRules): MissingCopy[] {
  if (oneOffsite === 'yes') return [];
  if (oneOffsite === 'no') return [plain('no-offsite')];
  return [about('offsite-unknown', possible(places)) ?? plain('offsite-unknown')];
}

function possible(places: readonly InventoryPlace[]): InventoryPlace[] {
  return places.filter((place) => isElsewhere(place) !== 'no');
}

/** Where none is elsewhere, that is said already. */
function missingIndependence(
  places: readonly InventoryPlace[],
  { oneOffsite, twoIndependent }: InventoryRules,
): MissingCopy[] {
  if (twoIndependent === 'yes' || oneOffsite === 'no') return [];
  const elsewhere = possible(places);
  if (twoIndependent === 'unknown') {
    const isUnsure = (place: InventoryPlace): boolean =>
      isElsewhere(place) === 'unknown' || place.country === undefined;
    return [about('independence-unknown', elsewhere.filter(isUnsure)) ?? plain('independence-unknown')];
  }
  const pairs = pairsOf(elsewhere).filter((pair) => isOtherMechanism(pair) === 'yes');
  if (pairs.length === 0) return [plain('one-independent')];
  return [about('same-country', [...new Set(pairs.flat())]) ?? plain('same-country')];
}

/** Where none is elsewhere, that is said already. */
function missingImmutability(
  places: readonly InventoryPlace[],
  { oneOffsite, oneImmutable }: InventoryRules,
): MissingCopy[] {
  if (oneImmutable === 'yes' || oneOffsite === 'no') return [];
  if (oneImmutable === 'no') return [plain('not-immutable')];
  const unsure = possible(places).filter((place) => isImmutable(place) !== 'no');
  return [about('immutability-unknown', unsure) ?? plain('immutability-unknown')];
}
