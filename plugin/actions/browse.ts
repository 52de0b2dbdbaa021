import { Failure } from '../domain/failure.ts';
import { showPath } from '../domain/show-name.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { findHome, findNode } from '../engine/home-tree.ts';
import { RepositoryIndex } from '../engine/repository-index.ts';
import { listSnapshots } from '../engine/snapshot.ts';
import { readTree } from '../engine/tree-reader.ts';
import type { Answer, EntryLine, PathBytes } from '../protocol/requests.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { findAccount } from './find-account.ts';
import { parseHomePath } from './home-path.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Services } from './services.ts';

/** Every restore point of an account, oldest first. */
export async function listPoints(services: Services, accountName: string): Promise<Answer<'list'>> {
  const account = await findAccount(services, accountName);
  const repository = await openRepository(services, await findRepository(services, account));
  const { snapshots } = await listSnapshots(repository);
  return { account: account.name, points: snapshots.map(toPointLine) };
}

/** What a folder held at a restore point. @throws {Failure} `not-found`, `unknown-restore-point`. */
export async function browse(
  services: Services,
  request: { account: string; point: string; path: PathBytes },
): Promise<Answer<'browse'>> {
  const account = await findAccount(services, request.account);
  const repository = await openRepository(services, await findRepository(services, account));
  const snapshot = await findPoint(repository, request.point, account.name);
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), 0);
  const path = parseHomePath(request.path, account.home);
  try {
    const node = await findNode(reader, await findHome(reader, snapshot), path);
    const entries = await listEntries(reader, node, path);
    return { account: account.name, point: toPointLine(snapshot), path: request.path, entries };
  } finally {
    reader.close();
  }
}

/** A folder's entries, or the one entry that the path names. */
async function listEntries(reader: BlobReader, node: TreeNode, path: readonly Buffer[]): Promise<EntryLine[]> {
  if (node.subtree !== undefined) return (await readTree(reader, node.subtree)).map(toEntryLine);
  if (path.length === 0) throw new Failure('not-found', { path: showPath(path) });
  return [toEntryLine(node)];
}

function toEntryLine(node: TreeNode): EntryLine {
  return {
    name: node.name.toString('base64'),
    type: node.type,
    sizeBytes: node.sizeBytes,
    modified: toIso(node.modified.seconds),
    mode: node.mode,
    linkTarget: node.linkTarget?.toString('base64'),
  };
}

/** Times that no calendar knows are shown as the earliest or latest it does. */
function toIso(seconds: number): string {
  const limit = 8.64e12;
  return new Date(Math.min(Math.max(seconds, -limit), limit) * 1000).toISOString();
}
