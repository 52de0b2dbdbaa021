import type { Account } from '../domain/account.ts';
import type { DestinationConfiguration } from '../domain/destination.ts';
import { isFailure } from '../domain/failure.ts';
import type { Generation } from '../domain/ids.ts';
import { planAdoption, type FoundFolder } from '../domain/plan-adoption.ts';
import type { RecoveredLine } from '../protocol/copies.ts';
import {
  archiveFolder,
  openAccountArchives,
  openArchive,
  ofAnotherAccount,
  type AccountArchives,
} from './account-archives.ts';
import { knownAccounts } from './find-account.ts';
import { placeBelow, type Services } from './services.ts';

/**
 * Finds whose archives these are when the metadata was lost. An account gets its generation back when this server has a
 * key of that generation and the newest archive says, under its seal, that it is of that very account. Of several folders of
 * one name the one with the newest archive is meant: the others are of customers who had the name before. Nobody loses the
 * generation whose archives lie there. Changes nothing at the destination.
 * @throws {Failure} `destination-unreachable`, `destination-refused`, `key-unusable`.
 */
export async function recoverArchives(
  services: Services,
  destination: DestinationConfiguration,
): Promise<RecoveredLine[]> {
  const top = await services.openPlace(placeBelow(services.configuration, destination, ''));
  const generations = [...new Set((await services.keys.list()).map(({ generation }) => generation))];
  const found: Found[] = [];
  for (const folder of (await top.listFolders()).toSorted()) {
    const one = await findOne(services, folder, generations);
    if (one !== undefined) found.push(one);
  }
  const accounts = new Map<string, Account>();
  for (const account of await knownAccounts(services)) accounts.set(account.name, account);
  const lines: RecoveredLine[] = [];
  for (const one of found) lines.push(await attach(services, one, { account: accounts.get(one.name), found }));
  return lines;
}

interface Found extends FoundFolder {
  readonly points: number;
}

/** @returns undefined for a folder that is no account's. */
async function findOne(
  services: Services,
  folder: string,
  generations: readonly Generation[],
): Promise<Found | undefined> {
  const [, name = ''] = /^(.+)-[0-9a-f]{12}$/.exec(folder) ?? [];
  if (name === '') return undefined;
  const generation = generations.find((one) => archiveFolder({ name, generation: one }) === folder);
  const nothing = { folder, name, generation, points: 0, newestAt: 0 };
  if (generation === undefined) return { ...nothing, problem: 'no-key' };
  const open = await openAccountArchives(services, { name, generation } as Account);
  const newestAt = open.archives.at(-1)?.startedAt.getTime() ?? 0;
  return { ...nothing, newestAt, ...(await judge(services, open, { name, generation })) };
}

/** Whether the newest archive that this server can open is of that account. */
async function judge(
  services: Services,
  open: AccountArchives,
  { name, generation }: { readonly name: string; readonly generation: Generation },
): Promise<Pick<Found, 'points' | 'problem'> & { readonly newestAt?: number }> {
  if (open.archives.length === 0) return { points: 0, problem: 'damaged' };
  const newest = open.archives.findLast(({ isOwn }) => isOwn !== true);
  if (newest === undefined) return { points: 0, problem: 'no-key' }; // all are sealed with the account's own passphrase
  try {
    const { facts } = await openArchive(services, open, newest);
    const isIts = facts.account === name && facts.generation === generation;
    return isIts ? { points: open.archives.length, problem: undefined } : foreign;
  } catch (error) {
    if (!isFailure(error, 'archive-damaged')) throw error;
    const isForeign = 'problem' in error.facts && error.facts.problem === ofAnotherAccount;
    return isForeign ? foreign : { points: 0, problem: 'damaged' };
  }
}

/** Put there by somebody who wants it to be taken for another's: it stands in nobody's way. */
const foreign = { points: 0, problem: 'damaged', newestAt: 0 } as const;

interface Ground {
  /** As it is known now. */
  readonly account: Account | undefined;
  readonly found: readonly Found[];
}

async function attach(services: Services, one: Found, { account, found }: Ground): Promise<RecoveredLine> {
  const line = { folder: one.folder, account: account?.name, points: one.points };
  const present = account && {
    generation: account.generation,
    hasOwnKey: (await services.ownKeys.load(account.generation)) !== undefined,
  };
  const outcome = planAdoption(one, found, present);
  if (outcome !== 'adopt') return { ...line, outcome };
  if (account === undefined || one.generation === undefined) throw new Error('nobody is there to adopt it');
  const isBack = await services.records.adoptGeneration(account, one.generation, services.clock.now());
  return { ...line, outcome: isBack ? 'attached' : 'no-account' };
}
