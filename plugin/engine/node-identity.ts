import { createHash } from 'node:crypto';
import type { TreeNode } from '../domain/tree-node.ts';
import { idBytes } from './format.ts';
import { PlainNode } from './tree-plain-node.ts';

const identityBytes = 16;
const nothing = Buffer.alloc(0);

/**
 * Tells contents apart, in 16 bytes: what a file's blobs are, where a link leads, which device a device file is.
 * Nothing of folders: what is in them is theirs.
 */
export function contentIdentity({ type, content, linkTarget, device }: TreeNode): Buffer {
  if (type === 'symlink') return identityOfTarget(linkTarget ?? nothing);
  if (type === 'dev' || type === 'chardev') return Buffer.from(String(device));
  const [first] = content;
  if (first === undefined) return nothing;
  if (content.length === 1) return Buffer.from(first.slice(0, 2 * identityBytes), 'hex');
  return identityOfIds(Buffer.from(content.join(''), 'hex'));
}

/** @param ids of a file's blobs, 32 bytes each. */
export function identityOfIds(ids: Buffer): Buffer {
  return ids.length <= idBytes ? Buffer.from(ids.subarray(0, identityBytes)) : shorten(ids);
}

export function identityOfTarget(target: Buffer): Buffer {
  return shorten(target);
}

/** Whether a restore would make the same of both: times of access and change on disk do not count. */
export function isSameNode(left: TreeNode, right: TreeNode): boolean {
  if (left instanceof PlainNode && right instanceof PlainNode && left.isWrittenAs(right)) return true;
  return isSameContent(left, right) && isSameRights(left, right) && isSameTime(left, right);
}

/** Whether what is in them, or where they lead, is the same. Folders are the same as such. */
export function isSameContent(left: TreeNode, right: TreeNode): boolean {
  if (left.type !== right.type || left.sizeBytes !== right.sizeBytes || left.device !== right.device) return false;
  if (left.content.length !== right.content.length) return false;
  for (let at = 0; at < left.content.length; at++) if (left.content[at] !== right.content[at]) return false;
  return (left.linkTarget ?? nothing).equals(right.linkTarget ?? nothing);
}

/** Owner, mode, ACLs and the like. */
export function isSameRights(left: TreeNode, right: TreeNode): boolean {
  return isSameOwnerAndMode(left, right) && isSameAttributes(left, right);
}

export function isSameOwnerAndMode(left: TreeNode, right: TreeNode): boolean {
  return left.mode === right.mode && left.uid === right.uid && left.gid === right.gid;
}

export function isSameTime({ modified: left }: TreeNode, { modified: right }: TreeNode): boolean {
  return left.seconds === right.seconds && left.nanoseconds === right.nanoseconds;
}

function isSameAttributes({ attributes: left }: TreeNode, { attributes: right }: TreeNode): boolean {
  return (
    left.length === right.length &&
    left.every(({ name, value }, at) => right[at]?.name === name && right[at].value.equals(value))
  );
}

function shorten(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest().subarray(0, identityBytes);
}
