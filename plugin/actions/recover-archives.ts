import type { Account, PanelAccount } from '../domain/account.ts';
import type { DestinationConfiguration } from '../domain/destination.ts';
import { isFailure } from '../domain/failure.ts';
import type { Generation } from '../domain/ids.ts';
import type { RecoveredLine } from '../protocol/copies.ts';
import { archiveFolder, openAccountArchives, openArchive } from './account-archives.ts';
import { knownAccounts } from './find-account.ts';
import { placeBelow, type Services } from './services.ts';

/**
 * Finds whose archives these are when the metadata was lost. An account gets its generation back when this server has a
 * key of that generation and the newest archive says, under its seal, that it is of that very account. Changes nothing at
 * the destination.
 * @throws {Failure} `destination-unreachable`, `destination-refused`, `key-unusable`.
 */
export async function recoverArchives(
  services: Services,
  destination: DestinationConfiguration,
): Promise<RecoveredLine[]> {
  const top = await services.openPlace(placeBelow(services.configuration, destination, ''));
  const generations = new Set((await services.keys.list()).map(({ generation }) => generation));
  const accounts = new Map<string, PanelAccount>();
  for (const account of await services.panel.listAccounts()) accounts.set(account.name, account);
  const lines: RecoveredLine[] = [];
  for (const folder of (await top.listFolders()).toSorted()) {
    const line = await recoverOne(services, { folder, generations, accounts });
    if (line !== undefined) lines.push(line);
  }
  return lines;
}

interface Found {
  readonly folder: string;
  readonly generations: ReadonlySet<Generation>;
  readonly accounts: ReadonlyMap<string, PanelAccount>;
}

/** @returns undefined for a folder that is no account's. */
async function recoverOne(
  services: Services,
  { folder, generations, accounts }: Found,
): Promise<RecoveredLine | undefined> {
  const [, name = ''] = /^(.+)-[0-9a-f]{12}$/.exec(folder) ?? [];
  if (name === '') return undefined;
  const account = accounts.get(name);
  const line = { folder, account: account?.name, points: 0 };
  const generation = [...generations].find((one) => archiveFolder({ name, generation: one }) === folder);
  if (generation === undefined) return { ...line, outcome: 'no-key' };
  try {
    const points = await countWhole(services, { ...account, name, generation } as Account);
    if (points === 0) return { ...line, outcome: 'damaged' };
    if (account === undefined) return { ...line, points, outcome: 'no-account' };
    return { ...line, points, outcome: await attach(services, account, generation) };
  } catch (error) {
    if (isFailure(error, 'archive-damaged')) return { ...line, outcome: 'damaged' };
    throw error;
  }
}

/** How many there are, if the newest opens and is of that account. @throws {Failure} `archive-damaged`. */
async function countWhole(services: Services, account: Account): Promise<number> {
  const open = await openAccountArchives(services, account);
  const newest = open.archives.at(-1);
  if (newest === undefined) return 0;
  const { facts } = await openArchive(services, open, newest);
  return facts.account === account.name && facts.generation === account.generation ? open.archives.length : 0;
}

async function attach(
  services: Services,
  account: PanelAccount,
  generation: Generation,
): Promise<'known' | 'attached' | 'no-account'> {
  const now = (await knownAccounts(services)).find(({ name }) => name === account.name);
  if (now?.generation === generation) return 'known';
  const isBack = await services.records.adoptGeneration(account, generation, services.clock.now());
  return isBack ? 'attached' : 'no-account';
}
