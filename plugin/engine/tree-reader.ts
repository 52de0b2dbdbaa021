/** Reads trees: what a folder held in a snapshot. Trees come from the repository and are checked like any input. */
import { Failure } from '../domain/failure.ts';
import type { BlobId } from '../domain/ids.ts';
import type { ExtendedAttribute, NodeType, Timestamp, TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import { unquote } from './go-text.ts';
import { parseTimestamp } from './go-time.ts';

const nodeTypes: ReadonlySet<string> = new Set<NodeType>([
  'file',
  'dir',
  'symlink',
  'fifo',
  'dev',
  'chardev',
  'socket',
  'irregular',
]);
const idPattern = /^[0-9a-f]{64}$/;
const longestName = 255;

/**
 * The entries of a tree in stored order, by byte order of their names.
 * @throws {Failure} `repository-damaged` when it is missing, no tree, or holds names that are empty, `.`, `..`, too
 * long, contain `/` or a zero byte, come twice or out of order.
 */
export async function readTree(reader: BlobReader, id: string): Promise<TreeNode[]> {
  const bytes = await reader.read('tree', id);
  return parseTree(bytes.toString('utf8'), id);
}

export function parseTree(text: string, id: string): TreeNode[] {
  const nodes = nodesOf(text, id).map((node) => parseNode(node, id));
  checkNames(nodes, id);
  return nodes;
}

function nodesOf(text: string, id: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Failure('repository-damaged', { object: `tree ${id}`, problem: 'is not valid JSON' }, { cause });
  }
  const nodes = isRecord(value) ? value['nodes'] : undefined;
  if (nodes === null) return []; // what Go makes of an empty list
  if (!Array.isArray(nodes)) throw damaged(id, 'has no list of nodes');
  return nodes;
}

function parseNode(value: unknown, id: string): TreeNode {
  if (!isRecord(value)) throw damaged(id, 'holds something that is no node');
  const type = value['type'];
  if (typeof type !== 'string' || !isNodeType(type)) throw damaged(id, 'holds a node of an unknown type');
  const name = value['name'];
  if (typeof name !== 'string') throw damaged(id, 'holds a node without a name');
  return {
    name: unquote(name),
    type,
    mode: fromGoMode(count(value['mode'])),
    modified: parseTimestamp(value['mtime']) ?? epoch,
    changed: parseTimestamp(value['ctime']) ?? epoch,
    uid: count(value['uid']),
    gid: count(value['gid']),
    inode: String(count(value['inode'])),
    deviceId: String(count(value['device_id'])),
    sizeBytes: count(value['size']),
    links: count(value['links']),
    linkTarget: type === 'symlink' ? linkTarget(value, id) : undefined,
    attributes: parseAttributes(value['extended_attributes'], id),
    device: count(value['device']),
    content: type === 'file' ? parseIds(value['content'], id) : [],
    subtree: type === 'dir' ? parseId(value['subtree'], id) : undefined,
  };
}

function checkNames(nodes: readonly TreeNode[], id: string): void {
  let previous: Buffer | undefined;
  for (const { name } of nodes) {
    if (!isPlainName(name)) throw damaged(id, 'holds a name that no file can have');
    if (previous !== undefined && Buffer.compare(previous, name) >= 0) {
      throw damaged(id, 'holds names twice or out of order');
    }
    previous = name;
  }
}

/** One path component that stays where it is. */
export function isPlainName(name: Buffer): boolean {
  if (name.length === 0 || name.length > longestName || name.includes(0) || name.includes(0x2f)) return false;
  return !(name[0] === 0x2e && (name.length === 1 || (name.length === 2 && name[1] === 0x2e)));
}

const epoch: Timestamp = { seconds: 0, nanoseconds: 0 };

/** Permission bits of Go's os.FileMode as chmod(2) takes them. */
export function fromGoMode(mode: number): number {
  const bit = (place: number): boolean => Math.floor(mode / 2 ** place) % 2 === 1;
  return (mode % 512) + (bit(23) ? 0o4000 : 0) + (bit(22) ? 0o2000 : 0) + (bit(20) ? 0o1000 : 0);
}

function parseAttributes(value: unknown, id: string): ExtendedAttribute[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw damaged(id, 'holds attributes that make no sense');
  return value.map((item: unknown) => {
    const name = isRecord(item) ? item['name'] : undefined;
    const text = isRecord(item) ? (item['value'] ?? '') : undefined;
    if (typeof name !== 'string' || typeof text !== 'string') throw damaged(id, 'holds attributes that make no sense');
    return { name, value: Buffer.from(text, 'base64') };
  });
}

function linkTarget(value: Readonly<Record<string, unknown>>, id: string): Buffer {
  const raw = value['linktarget_raw'];
  if (typeof raw === 'string' && raw !== '') return Buffer.from(raw, 'base64');
  const target = value['linktarget'];
  if (typeof target !== 'string') throw damaged(id, 'holds a link without a target');
  return Buffer.from(target);
}

function parseIds(value: unknown, id: string): BlobId[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw damaged(id, 'holds a file without a list of contents');
  return value.map((item: unknown) => parseId(item, id));
}

function parseId(value: unknown, id: string): BlobId {
  if (!isBlobId(value)) throw damaged(id, 'holds something that is no id');
  return value;
}

function isBlobId(value: unknown): value is BlobId {
  return typeof value === 'string' && idPattern.test(value);
}

function isNodeType(type: string): type is NodeType {
  return nodeTypes.has(type);
}

/** JSON numbers above 2^53 lose digits; that matters for inodes alone, which are compared as they were read. */
function count(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? value : 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(id: string, problem: string): Failure {
  return new Failure('repository-damaged', { object: `tree ${id}`, problem });
}
