import { Failure, isFailure } from '../domain/failure.ts';
import { databasesFolder } from '../domain/stored-database.ts';
import { showPath } from '../domain/show-name.ts';
import type { Account } from '../domain/account.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { findHome, findNode, rootNode } from '../engine/home-tree.ts';
import { readIndex } from '../engine/read-shelf.ts';
import type { Snapshot } from '../engine/snapshot.ts';
import { readTree } from '../engine/tree-reader.ts';
import type { BrowseReport, EntryMark } from '../protocol/history.ts';
import type { BrowseRequest } from '../protocol/chosen-copy.ts';
import type { EntryLine } from '../protocol/requests.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { lookThrough, markEntries } from './browse-marks.ts';
import { takeWindow } from './browse-window.ts';
import { findAccount } from './find-account.ts';
import { parseHomePath } from './home-path.ts';
import { isArchives } from './is-archives.ts';
import { isoSeconds } from './iso-seconds.ts';
import { withState } from './known-states.ts';
import { withItsCopies } from './point-copies.ts';
import { countMailboxes } from './point-mailboxes.ts';
import { findPoint, findPointHolding, toPointLine } from './restore-points.ts';
import type { Services } from './services.ts';

/**
 * What a folder held at a restore point, marked where asked for. Beside the home lies `databases/`: it is meant where the
 * home has no such folder.
 * @throws {Failure} `not-found`, `unknown-restore-point`.
 */
export async function browse(services: Services, request: Omit<BrowseRequest, 'kind'>): Promise<BrowseReport> {
  const account = await findAccount(services, request.account);
  if (isArchives(services, request.from)) {
    const { browseArchive } = await import('./archive-points.ts');
    return browseArchive(services, account, request);
  }
  const found = await findRepository(services, account, request.from);
  const repository = await openRepository(services, found);
  const path = parseHomePath(request.path, account.home);
  const isBeside = path[0]?.toString() === databasesFolder;
  const reader = new BlobReader(repository, await readIndex(repository), 0);
  try {
    const asked = { point: request.point, account: account.name };
    const snapshot = isBeside
      ? await findPointHolding(repository, reader, asked, topOf(path))
      : await findPoint(repository, request.point, account.name, [path]);
    const place = await findPlace(reader, snapshot, path, isBeside);
    const { node } = place;
    const nodes = await listNodes(reader, node, path);
    const folder = node.type === 'dir' ? path : path.slice(0, -1);
    const { entries, seen } = see(services, request, nodes, {
      account,
      folder,
      isMarked: request.marks === true && place.isInHome,
    });
    const known = await withState(services, found, repository, toPointLine(snapshot));
    const point = await withItsCopies(services, found, known);
    const whole = { account, repository, reader, snapshot, from: request.from };
    const mail = request.mail === true ? { mailboxes: await countMailboxes(services, whole) } : {};
    return { account: account.name, point, path: request.path, entries, ...(seen && { seen }), ...mail };
  } finally {
    reader.close();
  }
}

interface Seeing {
  readonly account: Account;
  /** Of the entries, below the home. */
  readonly folder: readonly Buffer[];
  readonly isMarked: boolean;
}

/** All entries, or the part that is asked for. */
function see(
  services: Services,
  { window }: Pick<BrowseRequest, 'window'>,
  nodes: readonly TreeNode[],
  { account, folder, isMarked }: Seeing,
): Pick<BrowseReport, 'entries' | 'seen'> {
  const mark = (some: readonly TreeNode[]) => (isMarked ? markEntries(services, account, folder, some) : []);
  if (window === undefined) return { entries: toEntries(nodes, mark(nodes)) };
  const look = isMarked ? lookThrough(services, account, folder, nodes) : undefined;
  const marked = nodes.map((node, index) => ({ node, mark: look?.marks[index] }));
  const { nodes: shown, seen } = takeWindow(marked, window);
  const part = shown.map(({ node }) => node);
  const now = look?.isKept === true ? mark(part) : shown.map((entry) => entry.mark);
  return { entries: toEntries(part, now), seen };
}

/** `databases`, an engine, a database. */
function topOf(path: readonly Buffer[]): string[] {
  return path.slice(0, 3).map((name) => name.toString());
}

async function findPlace(
  reader: BlobReader,
  snapshot: Snapshot,
  path: readonly Buffer[],
  isBeside: boolean,
): Promise<{ node: TreeNode; isInHome: boolean }> {
  try {
    return { node: await findNode(reader, await findHome(reader, snapshot), path), isInHome: true };
  } catch (error) {
    if (!isBeside || !isFailure(error, 'not-found')) throw error;
    return { node: await findNode(reader, rootNode(snapshot), path), isInHome: false };
  }
}

/** A folder's entries, or the one entry that the path names. */
async function listNodes(reader: BlobReader, node: TreeNode, path: readonly Buffer[]): Promise<readonly TreeNode[]> {
  if (node.subtree !== undefined) return readTree(reader, node.subtree);
  if (path.length === 0) throw new Failure('not-found', { path: showPath(path) });
  return [node];
}

/** @param marks in the order of the nodes, where there are any. */
function toEntries(nodes: readonly TreeNode[], marks: readonly (EntryMark | undefined)[]): BrowseReport['entries'] {
  return nodes.map((node, index) => {
    const [entry, mark] = [toEntryLine(node), marks[index]];
    return mark === undefined ? entry : { ...entry, mark };
  });
}

function toEntryLine(node: TreeNode): EntryLine {
  return {
    name: node.name.toString('base64'),
    type: node.type,
    sizeBytes: node.sizeBytes,
    modified: isoSeconds(node.modified.seconds),
    mode: node.mode,
    linkTarget: node.linkTarget?.toString('base64'),
  };
}
