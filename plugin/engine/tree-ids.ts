/**
 * Which blobs a tree refers to, without building its nodes: a tree as restic and Larder write it is matched node by
 * node against its exact grammar, twice as fast as JSON.parse; any other is parsed. Nothing can hide an id or pass
 * one off: the grammar matches whole nodes, and inside a JSON string a quote always stands behind a backslash.
 */
import type { BlobType } from './format.ts';
import { damagedTree, isRecord, nodesOf } from './tree-json.ts';

const string = String.raw`"[^"\\]*(?:\\.[^"\\]*)*"`;
const attribute = String.raw`\{"name":${string},"value":(?:${string}|null)\}`;
const plainField = String.raw`"(?!content"|subtree")[a-z_]+":(?:${string}|-?\d+|\[${attribute}(?:,${attribute})*\])`;
const node = String.raw`\{"name":${string}(?:,${plainField})*,"content":(?:null|\[([0-9a-f",]*)\])(?:,"subtree":"([0-9a-f]{64})")?\}`;
const nodePattern = new RegExp(node, 'y');
const opening = '{"nodes":[';
const closing = /^\]\}\n?$/;
const idDigits = 64;
/** An id in a list, with its quotes and the comma. */
const idStep = idDigits + 3;

export type VisitReference = (type: BlobType, id: string) => void;

/**
 * Calls `visit` for every blob of every file and for every folder, and perhaps with some twice.
 * @throws {Failure} `repository-damaged` when it is no tree.
 */
export function visitReferences(tree: Buffer, id: string, visit: VisitReference): void {
  // The ids are ASCII, and latin1 is a copy without decoding.
  const text = tree.toString('latin1');
  if (!scanReferences(text, visit)) parseReferences(text, id, visit);
}

/** @returns false when the text is not in the usual form; `visit` may have been called meanwhile. */
function scanReferences(text: string, visit: VisitReference): boolean {
  let at = opening.length;
  if (!text.startsWith(opening)) return false;
  for (;;) {
    nodePattern.lastIndex = at;
    const match = nodePattern.exec(text);
    if (match === null) return false;
    const [, content, subtree] = match;
    if (content !== undefined && !visitList(content, visit)) return false;
    if (subtree !== undefined) visit('tree', subtree);
    else if (match[0].includes('"type":"dir"')) return false;
    at = nodePattern.lastIndex;
    if (text[at] !== ',') return closing.test(text.slice(at, at + 4));
    at++;
  }
}

/** @returns false when it is no list of ids. What is no hex digit between quotes is no id that any index names. */
function visitList(list: string, visit: VisitReference): boolean {
  if (list === '') return true;
  if ((list.length + 1) % idStep !== 0) return false;
  for (let at = 0; at < list.length; at += idStep) {
    const id = list.slice(at + 1, at + 1 + idDigits);
    if (list[at] !== '"' || list[at + 1 + idDigits] !== '"') return false;
    if (at + idStep <= list.length && list[at + idStep - 1] !== ',') return false;
    visit('data', id);
  }
  return true;
}

function isId(id: string): boolean {
  return /^[0-9a-f]{64}$/.test(id);
}

/** What it must yield is what a reader of nodes sees, so it is as strict about ids as the tree reader. */
function parseReferences(text: string, id: string, visit: VisitReference): void {
  for (const value of nodesOf(text, id)) {
    if (!isRecord(value)) throw damagedTree(id, 'holds something that is no node');
    const { type, content, subtree } = value;
    if (type === 'dir' || (subtree !== undefined && subtree !== null)) visit('tree', idOf(subtree, id));
    if (content === undefined || content === null) continue;
    if (!Array.isArray(content)) throw damagedTree(id, 'holds a file without a list of contents');
    for (const item of content) visit('data', idOf(item, id));
  }
}

function idOf(value: unknown, id: string): string {
  if (typeof value !== 'string' || !isId(value)) throw damagedTree(id, 'holds something that is no id');
  return value;
}
