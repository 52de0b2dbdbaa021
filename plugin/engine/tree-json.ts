/** Trees as JSON values. They come from the repository and are checked like any input. */
import { Failure } from '../domain/failure.ts';
import type { BlobId } from '../domain/ids.ts';
import type { ExtendedAttribute, NodeType, Timestamp, TreeNode } from '../domain/tree-node.ts';
import { unquote } from './go-text.ts';
import { fromGoMode } from './go-mode.ts';
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

/** @throws {Failure} `repository-damaged` when the text is no tree. */
export function nodesOf(text: string, id: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damagedTree(id, 'is not valid JSON', cause);
  }
  const nodes = isRecord(value) ? value['nodes'] : undefined;
  if (nodes === null) return []; // what Go makes of an empty list
  if (!Array.isArray(nodes)) throw damagedTree(id, 'has no list of nodes');
  return nodes;
}

/** @throws {Failure} `repository-damaged` when the value is no node. Its name is not checked. */
export function parseNode(value: unknown, id: string): TreeNode {
  if (!isRecord(value)) throw damagedTree(id, 'holds something that is no node');
  const type = value['type'];
  if (typeof type !== 'string' || !isNodeType(type)) throw damagedTree(id, 'holds a node of an unknown type');
  const name = value['name'];
  if (typeof name !== 'string') throw damagedTree(id, 'holds a node without a name');
  return {
    name: unquote(name),
    type,
    mode: fromGoMode(count(value['mode'])),
    modified: parseTimestamp(value['mtime']) ?? epoch,
    changed: parseTimestamp(value['ctime']) ?? epoch,
    uid: count(value['uid']),
    gid: count(value['gid']),
    inode: digits(value['inode']),
    deviceId: digits(value['device_id']),
    sizeBytes: count(value['size']),
    links: count(value['links']),
    linkTarget: type === 'symlink' ? linkTarget(value, id) : undefined,
    attributes: parseAttributes(value['extended_attributes'], id),
    device: count(value['device']),
    content: type === 'file' ? parseIds(value['content'], id) : [],
    subtree: type === 'dir' ? parseId(value['subtree'], id) : undefined,
  };
}

const epoch: Timestamp = { seconds: 0, nanoseconds: 0 };

/** @throws {Failure} `repository-damaged`. */
export function parseAttributes(value: unknown, id: string): ExtendedAttribute[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw damagedTree(id, 'holds attributes that make no sense');
  return value.map((item: unknown) => {
    const name = isRecord(item) ? item['name'] : undefined;
    const text = isRecord(item) ? (item['value'] ?? '') : undefined;
    if (typeof name !== 'string' || typeof text !== 'string')
      throw damagedTree(id, 'holds attributes that make no sense');
    return { name, value: Buffer.from(text, 'base64') };
  });
}

function linkTarget(value: Readonly<Record<string, unknown>>, id: string): Buffer {
  const raw = value['linktarget_raw'];
  if (typeof raw === 'string' && raw !== '') return Buffer.from(raw, 'base64');
  const target = value['linktarget'];
  if (typeof target !== 'string') throw damagedTree(id, 'holds a link without a target');
  return Buffer.from(target);
}

function parseIds(value: unknown, id: string): BlobId[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw damagedTree(id, 'holds a file without a list of contents');
  return value.map((item: unknown) => parseId(item, id));
}

function parseId(value: unknown, id: string): BlobId {
  if (!isBlobId(value)) throw damagedTree(id, 'holds something that is no id');
  return value;
}

function isBlobId(value: unknown): value is BlobId {
  return typeof value === 'string' && idPattern.test(value);
}

function isNodeType(type: string): type is NodeType {
  return nodeTypes.has(type);
}

/** 0 for what cannot be a number of bytes, links or owners. */
function count(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 63 ? value : 0;
}

/** JSON numbers above 2^53 lose digits; inodes are only compared with one another as they were read. */
function digits(value: unknown): string {
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 64;
  return isCount ? String(BigInt(value)) : '0';
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function damagedTree(id: string, problem: string, cause?: unknown): Failure {
  return new Failure('repository-damaged', { object: `tree ${id}`, problem }, { cause });
}
