/** The archives of one account: where they are, which there are, how they are opened. */
import type { ArchiveIndex } from '../archives/archive-index.ts';
import { indexKey, zipKey } from '../archives/make-archive.ts';
import { openIndexOf, openSealedIndex, readByIndex, type ReadableArchive } from '../archives/open-archive.ts';
import { readZipAlone } from '../archives/read-zip-alone.ts';
import type { ArchiveStore } from '../contracts/archive-store.ts';
import type { Account } from '../domain/account.ts';
import { planChainProblem } from '../domain/archive-chain.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { parseArchiveName, type ArchiveSummary } from '../domain/plan-archive.ts';
import type { Services } from './services.ts';

export interface AccountArchives {
  readonly account: string;
  /** The destination's name. */
  readonly destination: string;
  readonly store: ArchiveStore;
  readonly folder: string;
  /** Whole ones, oldest first. */
  readonly archives: readonly KnownArchive[];
  readonly identities: readonly string[];
  /** Whether the account's own passphrase was given, and fits: then those that are sealed with it open, too. */
  readonly isUnlocked: boolean;
}

export interface KnownArchive extends ArchiveSummary {
  /** 0: the index is lost. */
  readonly indexBytes: number;
}

/**
 * @param passphrase the account's own, where it has one.
 * @throws {Failure} `no-archives`, `destination-unreachable`, `key-unusable`, `passphrase-wrong`, `passphrase-locked`.
 */
export async function openAccountArchives(
  services: Services,
  account: Account,
  passphrase?: string,
): Promise<AccountArchives> {
  const store = await services.archives.openStore();
  const folder = archiveFolder(account);
  const archives = summarise(folder, await store.list(`${folder}/`));
  const destination = services.archives.destination ?? '';
  const own = passphrase === undefined ? [] : await unlock(services, account, passphrase);
  const identities = [...(await services.archives.identities()), ...own];
  return { account: account.name, destination, store, folder, archives, identities, isUnlocked: own.length > 0 };
}

/** One that is not needed opens nothing, and is no failure. */
async function unlock({ ownKeys }: Services, account: Account, passphrase: string): Promise<readonly string[]> {
  const key = await ownKeys.load(account.generation);
  return key === undefined ? [] : ownKeys.open(account, key, passphrase);
}

/** The generation is part of the name: a customer who gets the name of an earlier one gets another folder. */
export function archiveFolder({ name, generation }: { readonly name: string; readonly generation: string }): string {
  return `${name}-${generation.slice(0, 12)}`;
}

/** A zip without its index is an archive too: it opens alone. An index without its zip is none. */
function summarise(folder: string, objects: readonly { key: string; sizeBytes: number }[]): KnownArchive[] {
  const sizes = new Map(objects.map(({ key, sizeBytes }) => [key, sizeBytes]));
  const found: KnownArchive[] = [];
  for (const { key, sizeBytes } of objects) {
    const name = key.slice(folder.length + 1).replace(/\.zip\.age$/, '');
    const parsed = zipKey(folder, name) === key ? parseArchiveName(name) : undefined;
    if (parsed !== undefined)
      found.push({ ...parsed, sealedBytes: sizeBytes, indexBytes: sizes.get(indexKey(folder, name)) ?? 0 });
  }
  return found.toSorted((one, other) => one.startedAt.getTime() - other.startedAt.getTime());
}

/** From the disk where it is kept at hand, else from the destination. @throws {Failure} `archive-damaged`. */
export async function openIndex(
  services: Services,
  open: AccountArchives,
  archive: KnownArchive,
): Promise<ArchiveIndex> {
  const key = indexKey(open.folder, archive.name);
  const kept = await services.archives.readKeptIndex(key);
  if (kept !== undefined && kept.length === archive.indexBytes) {
    const source = {
      sizeBytes: kept.length,
      read: (at: number, length: number) => Promise.resolve(kept.subarray(at, at + length)),
    };
    return openSealedIndex(key, source, open.identities);
  }
  return openIndexOf({ ...open, name: archive.name }, archive.indexBytes);
}

/** The problem of an archive that says under its seal that it is not of this folder's account. */
export const ofAnotherAccount = 'it is of another account';

/**
 * @param index `anew`: from the destination, whatever is kept at hand.
 * @throws {Failure} `archive-damaged`, `destination-unreachable`, `key-unusable`, `passphrase-needed`, `passphrase-wrong`.
 */
export async function openArchive(
  services: Services,
  open: AccountArchives,
  archive: KnownArchive,
  index: 'kept' | 'anew' = 'kept',
): Promise<ReadableArchive> {
  if (archive.isOwn === true && !open.isUnlocked)
    throw new Failure('passphrase-needed', { account: open.account, archive: archive.name });
  const opened = await openAny(services, open, archive, index).catch((error: unknown) => {
    // Sealed in the time of another passphrase of the account's.
    if (archive.isOwn === true && isFailure(error, 'key-unusable'))
      throw new Failure('passphrase-wrong', { account: open.account }, { cause: error });
    throw error;
  });
  if (archiveFolder({ name: opened.facts.account, generation: opened.facts.generation }) === open.folder) return opened;
  throw new Failure('archive-damaged', { archive: archive.name, problem: ofAnotherAccount });
}

async function openAny(
  services: Services,
  open: AccountArchives,
  archive: KnownArchive,
  index: 'kept' | 'anew',
): Promise<ReadableArchive> {
  const address = { ...open, name: archive.name };
  if (archive.indexBytes > 0) {
    const isAnew = index === 'anew';
    const opened = isAnew ? openIndexOf(address, archive.indexBytes) : openIndex(services, open, archive);
    return readByIndex(address, await opened);
  }
  return readZipAlone(address, new Map(open.archives.map(({ name, sealedBytes }) => [name, sealedBytes])));
}

/** @throws {Failure} `archive-damaged` when a zip that it needs is not listed with the length that it had. */
export function requireChain({ archives }: AccountArchives, known: KnownArchive, archive: ReadableArchive): void {
  const problem = planChainProblem(known, archive.zips, archives);
  if (problem !== undefined) throw new Failure('archive-damaged', { archive: known.name, problem });
}

/**
 * @param point a name or its beginning, `latest`, or an ISO time: then the newest not after it.
 * @throws {Failure} `unknown-restore-point`.
 */
export function chooseArchive(archives: readonly KnownArchive[], point: string): KnownArchive {
  const found = pickArchive(archives, point);
  if (found !== undefined) return found;
  throw new Failure('unknown-restore-point', { text: point, hint: 'larder list --from archives' });
}

function pickArchive(archives: readonly KnownArchive[], point: string): KnownArchive | undefined {
  if (point === 'latest') return archives.at(-1);
  const named = archives.filter(({ name }) => name.startsWith(point));
  if (named.length === 1) return named[0];
  const limit = Date.parse(point);
  return archives.findLast(({ startedAt }) => startedAt.getTime() <= limit);
}
