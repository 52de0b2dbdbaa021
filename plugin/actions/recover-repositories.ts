import type { KeyOwner } from '../contracts/key-store.ts';
import type { PanelAccount } from '../domain/account.ts';
import type { DestinationConfiguration, RepositoryPlace } from '../domain/destination.ts';
import { tellFailure } from '../domain/carried-failure.ts';
import { isFailure, type FailureCode } from '../domain/failure.ts';
import { newestFolderFirst, parseRepositoryFolder, repositoryFolder } from '../domain/plan-renewal.ts';
import { folders, unfinishedKey } from '../engine/format.ts';
import { Repository } from '../engine/repository.ts';
import type { RecoveredLine } from '../protocol/copies.ts';
import type { Answer } from '../protocol/requests.ts';
import { hasRepository } from './account-repository.ts';
import { placeAmong } from './place-among.ts';
import { recoverArchives } from './recover-archives.ts';
import { chosenDestination, placeBelow, primaryDestination, type Performing, type Services } from './services.ts';
import { isStaleSuccessor } from './stale-successor.ts';

/**
 * Finds the repositories at a destination again when the metadata was lost: by the keys that this server still has. Each
 * becomes its account's, as it was before, if the panel has an account of that name whose own repository was not begun
 * anew; of several repositories of one account, the newest, also where the records are older and name one before it. Those
 * before it are remembered as former ones. Where archives are kept, the accounts that they are of. What is wrong with one
 * keeps no other from its turn.
 * @throws {Failure} `unknown-destination`, `destination-unreachable`, `destination-refused`.
 */
export async function recoverRepositories(performing: Performing, name: string): Promise<Answer<'recover'>> {
  const { services } = performing;
  const destination = chosenDestination(services.configuration, name);
  if (destination.role === 'archives')
    return { destination: name, repositories: await recoverArchives(services, destination) };
  const top = await services.openPlace(placeBelow(services.configuration, destination, ''));
  const owners = await services.keys.list();
  const accounts = new Map<string, PanelAccount>();
  for (const account of await services.panel.listAccounts()) accounts.set(account.name, account);
  const repositories: RecoveredLine[] = [];
  for (const folder of (await top.listFolders()).toSorted().toSorted(newestFolderFirst)) {
    const { name: accountName, generation } = parseRepositoryFolder(folder) ?? {};
    if (accountName === undefined || generation === undefined) continue;
    const candidates = owners.filter((owner) => owner.generation.startsWith(generation));
    const place = placeBelow(services.configuration, destination, folder);
    const account = accounts.get(accountName);
    if (await isNone(services, place)) continue;
    repositories.push(await recoverOne(performing, { destination, place, candidates, account }));
  }
  return { destination: name, repositories };
}

/**
 * A repository that was removed, or one that should take another's place and did not come so far: a copy of it gets its
 * restore points last.
 */
async function isNone(services: Services, place: RepositoryPlace): Promise<boolean> {
  const keys = (await (await services.openStore(place)).list('')).map(({ key }) => key);
  const isSuccessor = (parseRepositoryFolder(place.folder)?.number ?? 1) > 1;
  const isEmpty = isSuccessor ? !keys.some((key) => key.startsWith(folders.snapshots)) : keys.length === 0;
  return isEmpty || keys.includes(unfinishedKey);
}

interface Found {
  readonly destination: DestinationConfiguration;
  readonly place: RepositoryPlace;
  readonly candidates: readonly KeyOwner[];
  readonly account: PanelAccount | undefined;
}

async function recoverOne(performing: Performing, found: Found): Promise<RecoveredLine> {
  const { services } = performing;
  const { place, account } = found;
  const line = { folder: place.folder, account: account?.name, points: 0 };
  try {
    const opened = await openWithKeys(services, found);
    if (opened === undefined) return { ...line, outcome: 'no-key' };
    const points = (await opened.repository.store.list(folders.snapshots)).length;
    if (account === undefined) return { ...line, points, outcome: 'no-account' };
    return { ...line, points, outcome: await attach(performing, found, account, opened) };
  } catch (error) {
    if (isFailure(error, 'repository-missing') || isFailure(error, 'repository-unsupported')) {
      return { ...line, outcome: 'damaged' };
    }
    if (!isFailure(error) || !ofOneAlone.has(error.code)) throw error;
    return { ...line, outcome: 'failed', failure: tellFailure(error) };
  }
}

/** What says nothing of the others. */
const ofOneAlone: ReadonlySet<string> = new Set([
  'repository-locked',
  'repository-damaged',
  'key-unusable',
  'busy',
  'not-found',
] satisfies FailureCode[]);

interface Opened {
  readonly repository: Repository;
  readonly owner: KeyOwner;
}

async function openWithKeys(services: Services, { place, candidates }: Found): Promise<Opened | undefined> {
  const store = await services.openStore(place);
  for (const owner of candidates) {
    try {
      const { masterKey } = await services.keys.load(owner);
      const repository = await Repository.open(store, services.workspace, masterKey);
      if (repository.id === owner.repositoryId) return { repository, owner };
    } catch (error) {
      if (!isFailure(error, 'key-unusable')) throw error;
    }
  }
  return undefined;
}

/** The account gets the generation back under which its repository was made: what it has newly been given holds nothing yet. */
async function attach(
  performing: Performing,
  found: Found,
  account: PanelAccount,
  { repository, owner: { generation, repositoryId } }: Opened,
): Promise<RecoveredLine['outcome']> {
  const { records, clock } = performing.services;
  const { destination, place } = found;
  const known = await records.findRepository(generation, destination.name);
  const older = (): Promise<Repository[]> => openOlder(performing.services, found);
  const owned = { account: { ...account, generation }, place, repository, openOlder: older };
  if (known !== undefined) return placeAmong(performing, known, owned);
  if (await isStaleSuccessor(repository, await older())) return 'not-used';
  const at = clock.now();
  if (!(await records.adoptGeneration(account, generation, at))) return 'no-account';
  await records.addRepository({
    repositoryId,
    generation,
    accountName: account.name,
    destination: destination.name,
    folder: place.folder,
    createdAt: at,
  });
  return 'attached';
}

/** The account's repositories in folders before this one, as far as there are any. None at copies: these are never renewed. */
async function openOlder(services: Services, found: Found): Promise<Repository[]> {
  const { configuration } = services;
  const { destination, place } = found;
  const parsed = parseRepositoryFolder(place.folder);
  if (parsed === undefined || primaryDestination(configuration).name !== destination.name) return [];
  const older: Repository[] = [];
  for (let number = parsed.number - 1; number >= 1; number--) {
    const before = { ...found, place: placeBelow(configuration, destination, repositoryFolder(parsed, number)) };
    if (!(await hasRepository(await services.openStore(before.place)))) continue;
    const opened = await openWithKeys(services, before);
    if (opened !== undefined) older.push(opened.repository);
  }
  return older;
}
