/** Archives as restore points: `--from archives`, or the name of the destination where they are. */
import { listArchiveFolder, requireSelection, type ArchiveWalk, type FoundEntry } from '../archives/walk-archive.ts';
import type { WriteReport } from '../contracts/tree-writer.ts';
import type { ReadableArchive } from '../archives/open-archive.ts';
import { countArchive, readTime } from '../archives/restore-archive.ts';
import type { Account } from '../domain/account.ts';
import type { BrowseRequest } from '../protocol/chosen-copy.ts';
import type { Answer, EntryLine, PointLine, RestoreReport, RestoreRequest } from '../protocol/requests.ts';
import { chooseArchive, openAccountArchives, openArchive, type KnownArchive } from './account-archives.ts';
import { joinPath, parseHomePath } from './home-path.ts';
import { isoSeconds } from './iso-seconds.ts';
import type { Performing, Services } from './services.ts';
import { writeArchive } from './write-archive.ts';

export interface OpenArchivePoint {
  readonly archive: ReadableArchive;
  readonly point: PointLine;
}

/**
 * @param passphrase the account's own, where it has one.
 * @throws {Failure} `no-archives`, `unknown-restore-point`, `archive-damaged`, `destination-unreachable`;
 * `passphrase-needed`, `passphrase-wrong`, `passphrase-locked`.
 */
export async function openArchivePoint(
  services: Services,
  account: Account,
  point: string,
  passphrase?: string,
): Promise<OpenArchivePoint> {
  const open = await openAccountArchives(services, account, passphrase);
  const known = chooseArchive(open.archives, point);
  const archive = await openArchive(services, open, known);
  const { files, bytes } = archive.facts;
  return { archive, point: { ...toPointLine(known), files, bytes } };
}

/** Oldest first. @throws {Failure} `no-archives`, `destination-unreachable`. */
export async function listArchivePoints(services: Services, account: Account): Promise<Answer<'list'>> {
  const { archives } = await openAccountArchives(services, account);
  return { account: account.name, points: archives.map(toPointLine) };
}

function toPointLine({ name, kind, startedAt, isOwn }: KnownArchive): PointLine {
  const nothing = { label: undefined, files: undefined, bytes: undefined };
  return { id: name, time: startedAt.toISOString(), kind: isOwn === true ? 'own' : kind, ...nothing };
}

/** @throws {Failure} `not-found`, and what opening it throws. */
export async function browseArchive(
  services: Services,
  account: Account,
  request: Pick<BrowseRequest, 'point' | 'path' | 'passphrase'>,
): Promise<Answer<'browse'>> {
  const path = parseHomePath(request.path, account.home);
  const { archive, point } = await openArchivePoint(services, account, request.point, request.passphrase);
  const found = await listArchiveFolder(archive, path);
  return { account: account.name, point, path: request.path, entries: found.map(toEntryLine) };
}

const types = { file: 'file', folder: 'dir', symlink: 'symlink', fifo: 'fifo', dump: 'file' } as const;

function toEntryLine({ path, entry }: FoundEntry): EntryLine {
  return {
    name: (path.at(-1) ?? Buffer.alloc(0)).toString('base64'),
    type: types[entry.type],
    sizeBytes: entry.size,
    modified: isoSeconds(readTime(entry.modified).seconds),
    mode: entry.mode,
    linkTarget: entry.target,
  };
}

/**
 * Brings paths back into a folder, or with `dryRun` only counts. Without a folder: back where they were, merging.
 * @throws {Failure} `not-found`, `restore-refused`, `home-unsafe`, `writer-stopped`, and what opening it throws.
 */
export async function restoreFromArchive(
  performing: Performing,
  account: Account,
  request: RestoreRequest,
): Promise<RestoreReport> {
  const { services, signal } = performing;
  const begun = services.clock.elapsedMilliseconds();
  const selection = request.paths.map((path) => parseHomePath(path, account.home));
  const { archive, point } = await openArchivePoint(services, account, request.point);
  const walk = { archive, selection, signal };
  const written = request.dryRun
    ? { ...(await countArchive(walk)), problems: [], problemCount: 0 }
    : await write(performing, account, request, walk);
  return {
    ...written,
    account: account.name,
    point,
    to: request.to ?? account.home,
    dryRun: request.dryRun,
    seconds: (services.clock.elapsedMilliseconds() - begun) / 1000,
    problems: written.problems.map(({ path, reason, lost }) => {
      return { path: joinPath(path).toString('base64'), reason, lost };
    }),
  };
}

/** Nothing is made before it is known that all that is wanted is there. */
async function write(
  performing: Performing,
  account: Account,
  { to }: RestoreRequest,
  walk: ArchiveWalk,
): Promise<WriteReport> {
  await requireSelection(walk);
  const into = to === undefined ? ({ kind: 'home' } as const) : ({ kind: 'folder', path: to } as const);
  return writeArchive(performing, account, await performing.services.openWriter(account, into), walk);
}
