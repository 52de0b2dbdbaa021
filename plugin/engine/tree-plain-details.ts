import type { BlobId } from '../domain/ids.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { idDigits, idStride, type TreeBytes } from './tree-bytes.ts';
import { parseAttributes } from './tree-json.ts';
import { PlainForm } from './tree-plain-form.ts';

const none: readonly never[] = [];
const form = new PlainForm();

/** What a listing does not show of every entry. */
export type Details = Pick<
  TreeNode,
  'changed' | 'attributes' | 'uid' | 'gid' | 'inode' | 'deviceId' | 'links' | 'linkTarget' | 'content' | 'subtree'
>;

/** Of the plain node that begins at `start`. */
export function readDetails(from: TreeBytes, start: number): Details {
  from.at = start;
  if (!form.pass(from)) throw new Error('the bytes of a tree have changed');
  const { bytes } = from;
  const { type, contentAt, contentEnd } = form;
  return {
    changed: { seconds: form.changed.seconds, nanoseconds: form.changed.nanoseconds },
    uid: form.uid,
    gid: form.gid,
    inode: String(form.inode),
    deviceId: String(form.deviceId),
    links: form.links,
    linkTarget: type === 'symlink' ? bytes.subarray(contentAt, contentEnd) : undefined,
    attributes: attributesIn(bytes, form.attributesAt, form.attributesEnd),
    content: type === 'file' ? idsIn(bytes, contentAt, contentEnd) : none,
    subtree: type === 'dir' ? (bytes.toString('latin1', contentAt, contentEnd) as BlobId) : undefined,
  };
}

/** Where entries have attributes, most have the same: those that were parsed last. */
let known = { text: '[]', attributes: none as TreeNode['attributes'] };

function attributesIn(bytes: Buffer, start: number, end: number): TreeNode['attributes'] {
  if (start === end) return none;
  const text = bytes.toString('utf8', start, end);
  if (text !== known.text) known = { text, attributes: parseAttributes(JSON.parse(text), '') };
  return known.attributes;
}

function idsIn(bytes: Buffer, start: number, end: number): readonly BlobId[] {
  if (start === end) return none;
  const text = bytes.toString('latin1', start + 1, end);
  const ids: BlobId[] = [];
  for (let at = 0; at < text.length; at += idStride) ids.push(text.slice(at, at + idDigits) as BlobId);
  return ids;
}
