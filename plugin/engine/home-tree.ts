/** Where in a snapshot the home lies: below `files` when Larder made it, at the backed-up path when other software did. */
import type { TreeNode } from '../domain/tree-node.ts';
import { databasesFolder } from '../domain/stored-database.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { parseBlobId } from '../domain/ids.ts';
import type { BlobReader } from './blob-reader.ts';
import type { Snapshot } from './snapshot.ts';
import { detach } from './tree-plain-node.ts';
import { readTree } from './tree-reader.ts';

/** The folder under which Larder keeps the home. */
export const filesFolder = 'files';

/** What else Larder keeps at the top of a snapshot. */
const besideFolders: readonly string[] = [databasesFolder];

/** Whether Larder made the snapshot. */
export function isOwnSnapshot(snapshot: Snapshot): boolean {
  return snapshot.paths.length > 0 && snapshot.paths.every((path) => isOwnTop(path.split('/')[1] ?? ''));
}

/** Whether it was made of databases and the like alone. */
export function isWithoutHome(snapshot: Snapshot): boolean {
  return isOwnSnapshot(snapshot) && snapshot.paths.every((path) => path.split('/')[1] !== filesFolder);
}

function isOwnTop(name: string): boolean {
  return name === filesFolder || besideFolders.includes(name);
}

/**
 * The node of the home itself.
 * @throws {Failure} `not-found` when the snapshot holds none, `repository-damaged`.
 */
export async function findHome(reader: BlobReader, snapshot: Snapshot): Promise<TreeNode> {
  const path = isOwnSnapshot(snapshot) ? `/${filesFolder}` : (snapshot.paths[0] ?? '/');
  const parts = path.split('/').filter((part) => part !== '');
  return findNode(
    reader,
    rootNode(snapshot),
    parts.map((part) => Buffer.from(part)),
  );
}

/** @throws {Failure} `not-found`, `repository-damaged`. */
export async function findNode(reader: BlobReader, from: TreeNode, path: readonly Buffer[]): Promise<TreeNode> {
  let node = from;
  for (const part of path) {
    const entries = node.subtree === undefined ? [] : await readTree(reader, node.subtree);
    const found = entries.find((entry) => entry.name.equals(part));
    if (found === undefined) throw new Failure('not-found', { path: path.map((name) => name.toString()).join('/') });
    node = detach(found);
  }
  return node;
}

/** @throws {Failure} `repository-damaged`. */
export async function hasNode(reader: BlobReader, from: TreeNode, path: readonly Buffer[]): Promise<boolean> {
  try {
    await findNode(reader, from, path);
    return true;
  } catch (error) {
    if (isFailure(error, 'not-found')) return false;
    throw error;
  }
}

/** A snapshot's root as a folder without a name. */
export function rootNode(snapshot: Snapshot): TreeNode {
  const time = { seconds: Math.floor(snapshot.time.getTime() / 1000), nanoseconds: 0 };
  return {
    name: Buffer.alloc(0),
    type: 'dir',
    mode: 0o755,
    modified: time,
    changed: time,
    uid: 0,
    gid: 0,
    inode: '0',
    deviceId: '0',
    sizeBytes: 0,
    links: 1,
    linkTarget: undefined,
    attributes: [],
    device: 0,
    content: [],
    subtree: parseBlobId(snapshot.tree),
  };
}
