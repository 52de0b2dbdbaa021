import type { MissingKind } from '../../domain/plan-inventory.ts';
import type { DestinationLine } from '../../protocol/copies.ts';
import type { AccountInventory } from '../../protocol/inventory.ts';

/** The same thing that several accounts lack. Its sentence is `hostCopies.m_<kind>`. */
export interface MissingRow {
  readonly kind: MissingKind | 'former';
  readonly icon: string;
  /** Some of them. */
  readonly names: readonly string[];
  readonly count: number;
  /** Whether that is every account. */
  readonly isAll: boolean;
  /** Destinations that it is about. */
  readonly where: string;
  /** What to type. */
  readonly command: string;
}

const mostNamed = 5;

/** In the order in which an account's own are told; what concerns most accounts of one kind first. */
export function presentMissing(
  accounts: readonly AccountInventory[],
  destinations: readonly DestinationLine[],
): MissingRow[] {
  const found = accounts.flatMap((one) => [...lacksOf(one, destinations), ...formerOf(one)]);
  const groups = [...Map.groupBy(found, ({ kind, destinations: about }) => `${kind} ${about.join(' ')}`).values()];
  const rows = groups.map((group) => toRow(group, accounts.length, destinations));
  return rows.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind) || other.count - one.count);
}

interface Lack {
  readonly account: string;
  readonly kind: MissingRow['kind'];
  readonly destinations: readonly string[];
}

/** Each place by itself: what is to be done is another for each. */
function lacksOf({ account, missing }: AccountInventory, destinations: readonly DestinationLine[]): Lack[] {
  const hasGap = missing.some(({ kind }) => atPlaces.includes(kind));
  return missing.flatMap(({ kind, destinations: about }): Lack[] => {
    if (hasGap && wouldDo(kind, destinations)) return [];
    if (!atPlaces.includes(kind)) return [{ account, kind, destinations: about }];
    return about.map((name) => ({ account, kind, destinations: [name] }));
  });
}

const atPlaces: readonly MissingKind[] = ['empty', 'lost', 'old', 'age-unknown'];

/** Whether the places that there are would be enough, once there is in each what should be. */
function wouldDo(kind: MissingKind, destinations: readonly DestinationLine[]): boolean {
  const archives = destinations.filter(({ role }) => role === 'archives').length;
  if (kind === 'few-copies') return destinations.length >= 2;
  return kind === 'one-mechanism' && archives > 0 && archives < destinations.length;
}

function formerOf({ account, former = [] }: AccountInventory): Lack[] {
  if (former.length === 0) return [];
  return [{ account, kind: 'former', destinations: [...new Set(former.map(({ destination }) => destination))] }];
}

function toRow(group: readonly Lack[], all: number, destinations: readonly DestinationLine[]): MissingRow {
  const [{ kind, account, destinations: about } = group[0] as Lack] = group;
  return {
    kind,
    icon: icons[kind],
    names: group.slice(0, mostNamed).map((one) => one.account),
    count: group.length,
    isAll: group.length === all && all > 1,
    where: about.join(', '),
    command: commands[kind]({
      first: account,
      isOne: group.length === 1,
      places: destinations.filter(({ name }) => about.includes(name)),
    }),
  };
}

const icons: { readonly [Kind in MissingRow['kind']]: string } = {
  'no-backup': 'circle-alert',
  empty: 'cloud',
  lost: 'triangle-alert',
  old: 'clock',
  'age-unknown': 'clock',
  'few-copies': 'layers',
  'one-mechanism': 'archive',
  'no-offsite': 'globe',
  'offsite-unknown': 'globe',
  'one-independent': 'archive',
  'same-country': 'globe',
  'independence-unknown': 'globe',
  'not-immutable': 'lock',
  'immutability-unknown': 'lock',
  former: 'key-round',
};
const order = Object.keys(icons);

const listed = 'larder destination list';
const added = 'larder destination add';

/** What to type. Of several accounts it is for all of them, or for the first. */
const commands: { readonly [Kind in MissingRow['kind']]: (about: About) => string } = {
  'no-backup': backUp,
  empty: bringThere,
  lost: () => 'larder alerts',
  old: bringThere,
  'age-unknown': bringThere,
  'few-copies': () => added,
  'one-mechanism': () => added,
  'no-offsite': () => added,
  'offsite-unknown': () => listed,
  'one-independent': () => added,
  'same-country': () => added,
  'independence-unknown': () => listed,
  'not-immutable': () => listed,
  'immutability-unknown': ({ places: [place] }) =>
    place === undefined ? listed : `larder destination test ${place.name}`,
  former: ({ first }) => `larder --account ${first} keys remove-former`,
};

interface About {
  readonly first: string;
  readonly isOne: boolean;
  readonly places: readonly Pick<DestinationLine, 'name' | 'role'>[];
}

const larder = ({ first, isOne }: About): string => (isOne ? `larder --account ${first}` : 'larder');

function backUp(about: About): string {
  return about.isOne ? `${larder(about)} backup` : 'larder nightly';
}

function bringThere(about: About): string {
  const [place] = about.places;
  if (place === undefined) return 'larder nightly';
  if (place.role === 'primary') return backUp(about);
  return place.role === 'archives' ? `${larder(about)} archive` : `${larder(about)} copy --destination ${place.name}`;
}
