import { Failure } from '../domain/failure.ts';
import { showPath } from '../domain/show-name.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { findHome, findNode } from '../engine/home-tree.ts';
import { RepositoryIndex } from '../engine/repository-index.ts';
import { readTree } from '../engine/tree-reader.ts';
import type { BrowseReport, EntryMark } from '../protocol/history.ts';
import type { EntryLine, PathBytes } from '../protocol/requests.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { markEntries } from './browse-marks.ts';
import { findAccount } from './find-account.ts';
import { parseHomePath } from './home-path.ts';
import { isoSeconds } from './iso-seconds.ts';
import { withState } from './known-states.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Services } from './services.ts';

/** What a folder held at a restore point, marked where asked for. @throws {Failure} `not-found`, `unknown-restore-point`. */
export async function browse(
  services: Services,
  request: { account: string; point: string; path: PathBytes; marks?: boolean | undefined },
): Promise<BrowseReport> {
  const account = await findAccount(services, request.account);
  const found = await findRepository(services, account);
  const repository = await openRepository(services, found);
  const snapshot = await findPoint(repository, request.point, account.name);
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), 0);
  const path = parseHomePath(request.path, account.home);
  try {
    const node = await findNode(reader, await findHome(reader, snapshot), path);
    const nodes = await listNodes(reader, node, path);
    const folder = node.type === 'dir' ? path : path.slice(0, -1);
    const marks = request.marks === true ? markEntries(services, account, folder, nodes) : [];
    const entries = nodes.map((entry, index) => withMark(toEntryLine(entry), marks[index]));
    const point = await withState(services, found, repository, toPointLine(snapshot));
    return { account: account.name, point, path: request.path, entries };
  } finally {
    reader.close();
  }
}

/** A folder's entries, or the one entry that the path names. */
async function listNodes(reader: BlobReader, node: TreeNode, path: readonly Buffer[]): Promise<TreeNode[]> {
  if (node.subtree !== undefined) return readTree(reader, node.subtree);
  if (path.length === 0) throw new Failure('not-found', { path: showPath(path) });
  return [node];
}

function withMark(entry: EntryLine, mark: EntryMark | undefined): BrowseReport['entries'][number] {
  return mark === undefined ? entry : { ...entry, mark };
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
