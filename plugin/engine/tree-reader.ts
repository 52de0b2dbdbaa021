/** Reads trees: what a folder held in a snapshot. */
import { isPlainName } from '../domain/plain-name.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import { damagedTree, nodesOf, parseNode } from './tree-json.ts';
import { PlainNode } from './tree-plain-node.ts';
import { TreeScanner } from './tree-scanner.ts';

/** So many of the first nodes tell what the others are like. */
const sampleNodes = 64;

/**
 * The entries of a tree in stored order, by byte order of their names.
 * @throws {Failure} `repository-damaged` when it is missing, no tree, or holds names that are empty, `.`, `..`, too
 * long, contain `/` or a zero byte, come twice or out of order.
 */
export async function readTree(reader: BlobReader, id: string): Promise<readonly TreeNode[]> {
  const { trees, repository } = reader;
  const kept = trees?.find(repository, id);
  if (kept !== undefined) return kept;
  const bytes = Buffer.from(await reader.read('tree', id)); // the reader uses its memory again
  const nodes = nodesOfTree(bytes, id);
  trees?.keep(repository, id, nodes, bytes.length);
  return nodes;
}

/** As `readTree`. @param bytes must never change: nodes refer to them. */
export function nodesOfTree(bytes: Buffer, id: string): TreeNode[] {
  const scanner = new TreeScanner(bytes, id);
  const nodes: TreeNode[] = [];
  for (;;) {
    const taken = scanner.take();
    if (taken === 'end') return nodes;
    if (taken === 'other') return parseTree(bytes.toString('utf8'), id);
    nodes.push(taken);
    if (nodes.length === sampleNodes && !areMostlyPlain(nodes)) return parseTree(bytes.toString('utf8'), id);
  }
}

/** To parse a tree piece by piece takes longer than all at once. */
function areMostlyPlain(nodes: readonly TreeNode[]): boolean {
  return nodes.filter((node) => node instanceof PlainNode).length > nodes.length / 2;
}

/** As `readTree`, for a tree in whatever form JSON allows. */
export function parseTree(text: string, id: string): TreeNode[] {
  const nodes = nodesOf(text, id).map((node) => parseNode(node, id));
  checkNames(nodes, id);
  return nodes;
}

function checkNames(nodes: readonly TreeNode[], id: string): void {
  let previous: Buffer | undefined;
  for (const { name } of nodes) {
    if (!isPlainName(name)) throw damagedTree(id, 'holds a name that no file can have');
    if (previous !== undefined && Buffer.compare(previous, name) >= 0) {
      throw damagedTree(id, 'holds names twice or out of order');
    }
    previous = name;
  }
}
