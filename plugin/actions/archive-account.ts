/** Makes the next archive of an account by the second mechanism, verifies it, and lets go of those that are too old. */
import { archiveDatabases } from '../archives/archive-databases.ts';
import { archiveHome } from '../archives/archive-home.ts';
import type { ArchiveFacts } from '../archives/archive-facts.ts';
import type { ArchiveIndex } from '../archives/archive-index.ts';
import type { IndexedEntry } from '../archives/archived-entry.ts';
import { CoverageCount } from '../archives/coverage-count.ts';
import { indexKey, makeArchive, zipKey, type MadeArchive, type OpenArchive } from '../archives/make-archive.ts';
import { SealedHash } from '../archives/sealed-hash.ts';
import type { OwnKey } from '../contracts/own-keys.ts';
import type { Account } from '../domain/account.ts';
import { countSkipped } from '../domain/coverage.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { archiveName, freeMoment, planNextArchive, type NextArchive } from '../domain/plan-archive.ts';
import { isWorthCompressing } from '../engine/worth-compressing.ts';
import { zipPathBelow } from '../engine/zip-path.ts';
import type { ArchiveReport } from '../protocol/archives.ts';
import { openAccountArchives, openArchive, openIndex, requireChain, type AccountArchives } from './account-archives.ts';
import { databaseOrders, redisOf } from './account-databases.ts';
import { lockFullAsLong } from './lock-full.ts';
import { ownKeyOf } from './own-key.ts';
import { putOwnKeys } from './put-own-keys.ts';
import { removeArchive } from './remove-archive.ts';
import { keepSealedHash, openJustMade } from './sealed-archive.ts';
import type { Performing, Services } from './services.ts';

/** Files read back after each archive. */
const probes = 5;
const largestProbeBytes = 4 * 1024 * 1024;

export interface ArchiveWish {
  readonly isFullAsked: boolean;
  /** Whether somebody asked for it in the place of a backup. */
  readonly isByHand: boolean;
}

/**
 * @throws {Failure} `home-unreadable`, `copy-lost`, `destination-unreachable`, `no-space`, `key-unusable`, `cancelled`; nothing of the
 * archive is left then, and all older ones stay.
 */
export async function archiveAccount(
  performing: Performing,
  account: Account,
  { isFullAsked, isByHand }: ArchiveWish,
): Promise<Omit<ArchiveReport, 'removed'>> {
  const { services } = performing;
  const startedAt = services.clock.now();
  const begun = services.clock.elapsedMilliseconds();
  const open = await openAccountArchives(services, account);
  const verified = await refuseLoss(services, account, open, isFullAsked);
  const usable = open.archives.filter(({ name, indexBytes }) => indexBytes > 0 && (verified?.has(name) ?? true));
  const rules = services.configuration.archives;
  const own = await ownKeyOf(services, account);
  if (own !== undefined) await putOwnKeys(open.store, open.folder, own);
  const next = planNextArchive(usable, {
    now: startedAt,
    isFullAsked,
    rules,
    generation: account.generation,
    isOwn: own !== undefined,
    isByHand,
  });
  const made = await make(performing, { account, open, next, startedAt, own });
  try {
    await readBack(performing, account, made, own !== undefined);
  } catch (error) {
    await discard(services, open, made);
    throw error;
  }
  // Not before: what is kept here would be read back in the place of what arrived there.
  await services.archives.keepIndex(indexKey(open.folder, made.facts.name), made.index);
  await lockFullAsLong(services, open, made.facts);
  if (own !== undefined) await lockKeyAsLong(services, account, open, made.facts.name);
  const seconds = (services.clock.elapsedMilliseconds() - begun) / 1000;
  return { ...report(made, seconds), ...(own === undefined ? {} : { isOwn: true }) };
}

/** No other archive may build on one that was not read back. Why it was not is told, also where it has to stay. */
async function discard(services: Services, open: AccountArchives, { facts }: MadeArchive): Promise<void> {
  try {
    await removeArchive(services, open, facts.name);
  } catch (error) {
    services.log.warn('archive-not-removed', { archive: facts.name, error });
  }
}

/** An archive that nobody can delete is worth nothing when somebody can delete the key to it. */
async function lockKeyAsLong(
  services: Services,
  account: Account,
  { store, folder }: AccountArchives,
  name: string,
): Promise<void> {
  const lockedUntil = await store.lockedUntil(zipKey(folder, name));
  const key = await services.ownKeys.load(account.generation); // it may have been wrapped anew meanwhile
  if (key !== undefined) await putOwnKeys(store, folder, key, lockedUntil);
}

/**
 * Nobody but Larder removes archives. Who asks for a full one has seen it.
 * @returns those that were there after the last archive that was read back; undefined before the first. @throws {Failure} `copy-lost`.
 */
async function refuseLoss(
  { copyLedger }: Services,
  account: Account,
  { archives, destination }: AccountArchives,
  isFullAsked: boolean,
): Promise<ReadonlySet<string> | undefined> {
  const record = await copyLedger.loadArchives(destination, account.generation);
  const there = new Set(archives.map(({ name }) => name));
  const lost = (record?.archives ?? []).filter((name) => !there.has(name)).length;
  if (record === undefined) return undefined;
  if (lost === 0 || isFullAsked) return new Set(record.archives);
  await copyLedger.saveArchives(destination, account.generation, { ...record, lost });
  const mend = `larder --account ${account.name} archive --full`;
  throw new Failure('copy-lost', { account: account.name, destination, count: lost, mend });
}

interface Making {
  readonly account: Account;
  readonly open: AccountArchives;
  readonly next: NextArchive;
  readonly startedAt: Date;
  /** To which it is sealed in the place of this server's. */
  readonly own: OwnKey | undefined;
}

async function make(performing: Performing, making: Making): Promise<MadeArchive> {
  const { services, signal } = performing;
  const { account, open, next, startedAt, own } = making;
  const full = next.kind === 'differential' ? await findFull(performing, open, next.full) : undefined;
  const seen = own === undefined ? undefined : new SealedHash();
  try {
    const made = await makeArchive(open.store, {
      folder: open.folder,
      name: archiveName(freeMoment(open.archives, startedAt), next),
      recipients: own === undefined ? await services.archives.recipients() : recipientsOf(services, own),
      ...(seen === undefined ? {} : { onSealed: (bytes) => seen.add(bytes) }),
      full,
      openZip: (sink) => services.openArchiveZip(sink),
      fill: (archive) => fill(performing, { account, full, startedAt }, archive),
    });
    if (seen !== undefined) await keepSealedHash(services, zipKey(open.folder, made.facts.name), seen.end());
    return made;
  } catch (cause) {
    if (signal.aborted && !isFailure(cause)) throw new Failure('cancelled', { action: 'archive' }, { cause });
    throw cause;
  }
}

/** The host's offline keys only where the customer said so; this server's never. */
function recipientsOf({ archives }: Services, { current, hostCanRecover }: OwnKey): string[] {
  return [current.recipient, ...(hostCanRecover ? archives.recoveryRecipients() : [])];
}

async function findFull({ services }: Performing, open: AccountArchives, name: string): Promise<ArchiveIndex> {
  const known = open.archives.find((archive) => archive.name === name);
  if (known === undefined) throw new Error('a plan names an archive that is not there');
  return openIndex(services, open, known);
}

async function fill(
  { services, signal, onProgress }: Performing,
  { account, full, startedAt }: Pick<Making, 'account' | 'startedAt'> & { readonly full: ArchiveIndex | undefined },
  archive: OpenArchive,
): Promise<Omit<ArchiveFacts, 'name' | 'filesHere' | 'bytesHere'>> {
  const total = { itemsTotal: undefined, bytesTotal: undefined };
  const coverage = new CoverageCount();
  const home = await archiveHome(
    {
      coverage,
      files: services.files,
      codec: services.workspace.codec,
      account,
      full,
      zipPath: (path) => zipPathBelow('files/'.length, path),
      isWorthCompressing,
      signal,
      onProgress: (items, bytes) =>
        onProgress({ kind: 'advance', step: 'archive', account: account.name, items, bytes, ...total }),
    },
    archive,
  );
  const databases = await archiveDatabases(
    {
      folders: await services.archives.openDatabases(
        await databaseOrders(services, account),
        redisOf(services, account),
      ),
      full,
      owner: account,
      startedAt,
      zipPath: (path) => zipPathBelow(0, path),
      coverage,
      signal,
    },
    archive,
  );
  return {
    ...home,
    databases,
    coverage: coverage.result(),
    kind: full === undefined ? 'full' : 'differential',
    full: full?.head.facts.name,
    account: account.name,
    generation: account.generation,
    server: services.serverId,
    startedAt: startedAt.toISOString(),
    finishedAt: services.clock.now().toISOString(),
  };
}

/** What arrived is opened as a stranger would: by the key, from the destination. @throws {Failure} `archive-damaged`. */
async function readBack(performing: Performing, account: Account, made: MadeArchive, isOwn: boolean): Promise<void> {
  const { facts } = made;
  const open = await openAccountArchives(performing.services, account);
  const known = open.archives.find(({ name }) => name === facts.name);
  if (known === undefined || known.indexBytes === 0)
    throw new Failure('archive-damaged', { archive: facts.name, problem: 'it is not at its destination' });
  const archive = isOwn ? await openJustMade(open, made) : await openArchive(performing.services, open, known);
  requireChain(open, known, archive);
  for (const entry of await pickProbes(archive.entries())) {
    for await (const _ of archive.read(entry)) performing.signal.throwIfAborted();
  }
}

/** Some small files, from all over the archive. */
async function pickProbes(entries: AsyncIterable<IndexedEntry>): Promise<IndexedEntry[]> {
  const picked: IndexedEntry[] = [];
  let seen = 0;
  for await (const entry of entries) {
    if (entry.in !== 'this' || entry.sha256 === undefined || entry.size > largestProbeBytes) continue;
    seen++;
    // Every entry has the same chance (Vitter's algorithm R).
    const place = seen <= probes ? picked.length : Math.floor(Math.random() * seen);
    if (place < probes) picked[place] = entry;
  }
  return picked;
}

function report({ facts, sealedBytes, indexBytes }: MadeArchive, seconds: number): Omit<ArchiveReport, 'removed'> {
  const { name, kind, full, account, files, bytes, filesHere, bytesHere, databases = 0, coverage } = facts;
  return {
    account,
    archive: name,
    kind,
    full,
    files,
    bytes,
    filesHere,
    bytesHere,
    databases,
    storedBytes: sealedBytes + indexBytes,
    skipped: countSkipped(coverage),
    seconds,
  };
}
