/** Reads some contents of a snapshot back, chosen by chance, as whoever restores would. */
import { isFailure } from '../domain/failure.ts';
import { showPath } from '../domain/show-name.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import { detach } from './tree-plain-node.ts';
import { readTree } from './tree-reader.ts';

export interface SampleResult {
  readonly blobsRead: number;
  /** What could not be read, as people see paths. */
  readonly lost: readonly string[];
}

const deepest = 100;

/**
 * Walks down from the home `times` times, each time by chance, and reads one blob of the file where it ends.
 * @param random from 0 up to 1.
 */
export async function samplePoint(
  reader: BlobReader,
  home: TreeNode,
  times: number,
  random: () => number,
): Promise<SampleResult> {
  const lost = new Set<string>();
  let blobsRead = 0;
  for (let time = 0; time < times; time += 1) {
    const { file, path, isLost } = await descend(reader, home, random);
    const id = file?.content[Math.floor(random() * file.content.length)];
    if (isLost || (id !== undefined && !(await isReadable(reader, id)))) lost.add(showPath(path));
    else if (id !== undefined) blobsRead += 1;
  }
  return { blobsRead, lost: [...lost] };
}

interface Descent {
  readonly file: TreeNode | undefined;
  readonly path: readonly Buffer[];
  readonly isLost: boolean;
}

async function descend(reader: BlobReader, home: TreeNode, random: () => number): Promise<Descent> {
  const path: Buffer[] = [];
  let node = home;
  while (node.subtree !== undefined && path.length < deepest) {
    const nodes = await listIfWhole(reader, node.subtree);
    if (nodes === undefined) return { file: undefined, path, isLost: true };
    const chosen = nodes[Math.floor(random() * nodes.length)];
    if (chosen === undefined) return { file: undefined, path, isLost: false };
    node = detach(chosen);
    path.push(Buffer.from(node.name));
  }
  return { file: node.type === 'file' ? node : undefined, path, isLost: false };
}

async function listIfWhole(reader: BlobReader, tree: string): Promise<readonly TreeNode[] | undefined> {
  return unlessDamaged(() => readTree(reader, tree));
}

async function isReadable(reader: BlobReader, id: string): Promise<boolean> {
  return (await unlessDamaged(() => reader.read('data', id))) !== undefined;
}

async function unlessDamaged<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isFailure(error, 'repository-damaged')) return undefined;
    throw error;
  }
}
