import type { RepositoryRecord, RunRecord } from '../contracts/records.ts';
import type { Account } from '../domain/account.ts';
import type { DestinationConfiguration } from '../domain/destination.ts';
import { locationOf } from '../domain/destination.ts';
import { isFailure } from '../domain/failure.ts';
import type { Generation } from '../domain/ids.ts';
import { isOffsite, type Immutability, type KeptCopy, type LockFacts } from '../domain/kept-copy.ts';
import { assessRecovery } from '../domain/recovery-proof.ts';
import { planInventory, type Inventory, type InventoryPlace } from '../domain/plan-inventory.ts';
import { tierOf } from '../domain/tier.ts';
import { folders } from '../engine/format.ts';
import type { DestinationTest } from '../protocol/copies.ts';
import type { AccountInventory, ImmutabilityLine, PlaceLine, RecoveryKeys } from '../protocol/inventory.ts';
import type { Answer } from '../protocol/requests.ts';
import { findAccount, knownAccounts } from './find-account.ts';
import { formerLines, formerPlaces } from './former-places.ts';
import { ownKeyOf } from './own-key.ts';
import { placeBelow, primaryDestination, type Services } from './services.ts';

/** Where each account's backups are, by what is known here: of copies and archives no destination is asked. @throws {Failure} `unknown-account`. */
export async function tellInventory(services: Services, name: string): Promise<AccountInventory> {
  const account = await findAccount(services, name);
  const [inventory] = await tellInventories(services, [account]);
  if (inventory === undefined) throw new Error('an account has an inventory');
  return inventory;
}

export async function tellServerInventory(services: Services): Promise<Answer<'server-inventory'>> {
  const accounts = await tellInventories(services, await knownAccounts(services));
  return { accounts, recovery: await tellRecovery(services) };
}

async function tellRecovery({ keys, recoveryProofs, clock }: Services): Promise<RecoveryKeys> {
  const proofs = await recoveryProofs.list();
  try {
    const { count, proven, lastAt } = assessRecovery(keys.recipients(), proofs, clock.now());
    return { count, proven, lastAt: lastAt?.toISOString() };
  } catch (error) {
    if (isFailure(error, 'key-unusable')) return { count: 0, proven: 0, lastAt: undefined }; // none is configured
    throw error;
  }
}

export async function tellInventories(services: Services, accounts: readonly Account[]): Promise<AccountInventory[]> {
  const { configuration, records, clock } = services;
  const tests = await loadTests(services);
  const runs = await records.lastRuns();
  const repositories = await loadRepositories(services, accounts);
  const now = clock.now();
  const places = await formerPlaces(services);
  const told: AccountInventory[] = [];
  for (const account of accounts) {
    const { rpoHours } = tierOf(configuration.proof.tiers, account);
    const copies: KeptCopy[] = [];
    const isSealed = (await ownKeyOf(services, account)) !== undefined;
    for (const destination of configuration.destinations) {
      if (isSealed && destination.role !== 'archives') continue; // what is left there is told with the passphrase
      const test = tests.get(destination.name);
      const repository = repositories.get(keyOf({ ...account, destination: destination.name }));
      const lastGood = runs.get(account.generation);
      copies.push(await findCopy(services, { account, destination, repository, test, lastGood }));
    }
    const lines = toLines(account, rpoHours, planInventory(copies, { now, rpoHours }), tests);
    const former = await formerLines(services, account.generation, places);
    told.push(former.length === 0 ? lines : { ...lines, former });
  }
  return told;
}

/** Asked for one by one only where that is less than all there are. */
async function loadRepositories(
  { configuration, records }: Services,
  accounts: readonly Account[],
): Promise<ReadonlyMap<string, RepositoryRecord>> {
  const [only] = accounts;
  const found =
    only === undefined || accounts.length > 1
      ? await records.listRepositories()
      : await Promise.all(configuration.destinations.map(({ name }) => records.findRepository(only.generation, name)));
  return new Map(found.flatMap((made) => (made === undefined ? [] : [[keyOf(made), made] as const])));
}

function keyOf({ generation, destination }: Pick<RepositoryRecord, 'generation' | 'destination'>): string {
  return `${generation} ${destination}`;
}

/** What was found at another place, before the configuration was changed, says nothing of this one. */
async function loadTests({ configuration, destinationTests }: Services): Promise<Map<string, DestinationTest>> {
  const tests = new Map<string, DestinationTest>();
  for (const destination of configuration.destinations) {
    const test = await destinationTests.load(destination.name);
    const isSame = test?.location === locationOf({ destination, folder: '' });
    if (test !== undefined && isSame) tests.set(destination.name, test);
  }
  return tests;
}

interface Looked {
  readonly account: Account;
  readonly destination: DestinationConfiguration;
  readonly repository: RepositoryRecord | undefined;
  readonly test: DestinationTest | undefined;
  readonly lastGood: RunRecord | undefined;
}

async function findCopy(services: Services, looked: Looked): Promise<KeptCopy> {
  const { destination, test } = looked;
  const { name, kind, role, country, provider } = destination;
  const { until, ...held } = await findHeld(services, looked);
  const mechanism = role === 'archives' ? ('archive' as const) : ('repository' as const);
  const about = { destination: name, kind, role, mechanism, country, provider, isOffsite: isOffsite(destination) };
  return { ...about, ...held, lock: lockFactsOf(destination, test, until) };
}

type Held = Pick<KeptCopy, 'isThere' | 'points' | 'newestAt' | 'lost'> & Pick<LockFacts, 'until'>;
const nothing: Held = { isThere: false, points: 0, newestAt: undefined, lost: 0, until: undefined };

async function findHeld(services: Services, { account, destination, repository, lastGood }: Looked): Promise<Held> {
  const { copyLedger, configuration } = services;
  if (destination.role === 'archives') return findArchives(services, account.generation, destination.name);
  if (repository === undefined) return nothing;
  const unread = { isThere: true, points: undefined, newestAt: undefined, lost: 0, until: undefined };
  if (destination.name === primaryDestination(configuration).name) {
    if (lastGood?.destination === destination.name) return { ...unread, newestAt: lastGood.finishedAt };
    return (await isKnownEmpty(services, { destination, folder: repository.folder })) ? nothing : unread;
  }
  const record = await copyLedger.load(destination.name, repository.repositoryId);
  if (record === undefined) return unread;
  const { snapshots, newestAt, lost = 0, lockedUntil } = record;
  return { isThere: snapshots.length > 0, points: snapshots.length, newestAt, lost, until: lockedUntil };
}

/** Where no backup is known there may be some all the same, after the metadata was lost: only then it is looked at. */
async function isKnownEmpty(
  services: Services,
  { destination, folder }: { readonly destination: DestinationConfiguration; readonly folder: string },
): Promise<boolean> {
  try {
    const store = await services.openStore(placeBelow(services.configuration, destination, folder));
    return (await store.list(folders.snapshots)).length === 0;
  } catch (error) {
    if (isFailure(error)) return false;
    throw error;
  }
}

async function findArchives({ copyLedger }: Services, generation: Generation, name: string): Promise<Held> {
  const record = await copyLedger.loadArchives(name, generation);
  if (record === undefined || record.archives.length === 0) return nothing;
  const { archives, archivedAt, lockedUntil, lost = 0 } = record;
  return { isThere: true, points: archives.length, newestAt: archivedAt, lost, until: lockedUntil };
}

function lockFactsOf(
  destination: DestinationConfiguration,
  test: DestinationTest | undefined,
  until: Date | undefined,
): LockFacts {
  const isSet = destination.kind === 's3' && destination.lock !== undefined;
  const mayNotDelete = test?.findings.some(({ check, facts }) => check === 'delete' && facts['may'] === 'no') === true;
  return { isSet, isProven: isTried(test) ? test?.guarantees.immutable : undefined, until, mayNotDelete };
}

/** A trial that was made while no lock was configured says nothing about locks. */
function isTried(test: DestinationTest | undefined): boolean {
  return test?.findings.some(({ check, level }) => check === 'lock' && level !== 'warning') === true;
}

function toLines(
  account: Account,
  rpoHours: number,
  { copies, mechanisms, countries, places, rules, missing }: Inventory,
  tests: ReadonlyMap<string, DestinationTest>,
): AccountInventory {
  const lines = places.map((place) => toLine(place, tests.get(place.destination)));
  return { account: account.name, rpoHours, copies, mechanisms, countries, places: lines, rules, missing };
}

function toLine(place: InventoryPlace, test: DestinationTest | undefined): PlaceLine {
  const { destination, kind, role, mechanism, country, provider, counts, points, newestAt, lost } = place;
  return {
    destination,
    kind,
    role,
    mechanism,
    country,
    provider,
    counts,
    points,
    lost,
    offsite: place.isOffsite,
    newestAt: newestAt?.toISOString(),
    immutability: toImmutability(place.immutability),
    testedAt: test?.testedAt,
  };
}

function toImmutability(claim: Immutability): ImmutabilityLine {
  const until = 'until' in claim ? claim.until.toISOString() : undefined;
  return { state: claim.state, until, why: claim.state === 'unknown' ? claim.why : undefined };
}
