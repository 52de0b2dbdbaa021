/**
 * A node of a tree as JSON, field by field in the order and form in which restic writes it, so that the same entry
 * gives the same bytes and so the same tree id in both programs.
 */
import { fileTypes, statusWords } from '../contracts/file-system.ts';
import type { ExtendedAttribute } from '../domain/tree-node.ts';
import { bytesToJson, isUtf8, nameToJson, textToJson } from './go-text.ts';
import { digits64, signed64, unsigned64 } from './stat-row.ts';

/** Names of owners on this machine; empty where a number has none. */
export interface OwnerNames {
  user(uid: number): string;
  group(gid: number): string;
}

export interface NodeParts {
  /** Holds the status words from `at` on. */
  readonly words: Int32Array;
  readonly at: number;
  readonly name: Buffer;
  /** Ids of a file, 32 bytes each; the target of a link. */
  readonly content: Buffer;
  /** From `attributesJson`, or empty. */
  readonly attributes: Buffer;
  /** Hex id of a folder's tree. */
  readonly subtree: string;
  /** Of device files. */
  readonly device: number;
}

export function nodeJson(parts: NodeParts, owners: OwnerNames): string {
  const { words, at } = parts;
  const mode = words[at + statusWords.mode] ?? 0;
  const modified = goTime(words, at + statusWords.modifiedSeconds);
  const changed = goTime(words, at + statusWords.changedSeconds);
  const uid = (words[at + statusWords.uid] ?? 0) >>> 0;
  const gid = (words[at + statusWords.gid] ?? 0) >>> 0;
  const goMode = toGoMode(mode);
  return (
    `{"name":"${nameToJson(parts.name)}","type":"${typeName(mode)}"${goMode === 0 ? '' : `,"mode":${goMode}`}` +
    `,"mtime":"${modified}","atime":"${modified}","ctime":"${changed}","uid":${uid},"gid":${gid}` +
    textField('user', owners.user(uid)) +
    textField('group', owners.group(gid)) +
    `,"inode":${digits64(words, at + statusWords.inode)}` +
    linkFields(words, at) +
    contentFields(parts, mode)
  );
}

/** Extended attributes as the part of a node's JSON that they are; empty for none. */
export function attributesJson(attributes: readonly ExtendedAttribute[]): string {
  if (attributes.length === 0) return '';
  const items = attributes.map(({ name, value }) => {
    return `{"name":"${textToJson(name)}","value":"${value.toString('base64')}"}`;
  });
  return `,"extended_attributes":[${items.join(',')}]`;
}

/** restic writes the size of files only, the number of links of everything but folders and FIFOs. */
function linkFields(words: Int32Array, at: number): string {
  const type = (words[at + statusWords.mode] ?? 0) & fileTypes.mask;
  const links = (words[at + statusWords.links] ?? 0) >>> 0;
  const size = type === fileTypes.file ? unsigned64(words, at + statusWords.size) : 0;
  const counted = type !== fileTypes.folder && type !== fileTypes.fifo && links > 0;
  return (
    (counted && links > 1 ? `,"device_id":${deviceId(words, at)}` : '') +
    (size > 0 ? `,"size":${size}` : '') +
    (counted ? `,"links":${links}` : '')
  );
}

function contentFields(parts: NodeParts, mode: number): string {
  const { content, attributes } = parts;
  const more = attributes.length === 0 ? '' : attributes.toString('utf8');
  switch (mode & fileTypes.mask) {
    case fileTypes.file:
      return `${more},"content":[${idsJson(content)}]}`;
    case fileTypes.folder:
      return `${more},"content":null,"subtree":"${parts.subtree}"}`;
    case fileTypes.symlink:
      return `,"linktarget":"${bytesToJson(content)}"${rawTarget(content)}${more},"content":null}`;
    case fileTypes.blockDevice:
    case fileTypes.characterDevice:
      return `${more}${parts.device > 0 ? `,"device":${parts.device}` : ''},"content":null}`;
    default:
      return `${more},"content":null}`;
  }
}

function idsJson(ids: Buffer): string {
  let json = '';
  for (let at = 0; at < ids.length; at += 32) json += `${at > 0 ? ',' : ''}"${ids.toString('hex', at, at + 32)}"`;
  return json;
}

/** Only the number of the device on which a hard link lies is kept: others change at every boot. */
function deviceId(words: Int32Array, at: number): number {
  const minor = (words[at + statusWords.deviceMinor] ?? 0) >>> 0;
  const major = (words[at + statusWords.deviceMajor] ?? 0) >>> 0;
  return (minor & 0xff) + (major & 0xfff) * 2 ** 8 + (minor >>> 8) * 2 ** 20;
}

function rawTarget(target: Buffer): string {
  return isUtf8(target) ? '' : `,"linktarget_raw":"${target.toString('base64')}"`;
}

function textField(name: string, value: string): string {
  return value === '' ? '' : `,"${name}":"${textToJson(value)}"`;
}

function typeName(mode: number): string {
  switch (mode & fileTypes.mask) {
    case fileTypes.folder:
      return 'dir';
    case fileTypes.symlink:
      return 'symlink';
    case fileTypes.blockDevice:
      return 'dev';
    case fileTypes.characterDevice:
      return 'chardev';
    case fileTypes.fifo:
      return 'fifo';
    case fileTypes.socket:
      return 'socket';
    default:
      return 'file';
  }
}

/** Go's os.FileMode, which is not st_mode (Go documentation, io/fs, "FileMode"). */
export function toGoMode(mode: number): number {
  let go = mode & 0o777;
  const type = mode & fileTypes.mask;
  if (type === fileTypes.folder) go += 2 ** 31;
  if (type === fileTypes.symlink) go += 2 ** 27;
  if (type === fileTypes.blockDevice) go += 2 ** 26;
  if (type === fileTypes.characterDevice) go += 2 ** 26 + 2 ** 21;
  if (type === fileTypes.fifo) go += 2 ** 25;
  if (type === fileTypes.socket) go += 2 ** 24;
  if ((mode & 0o4000) !== 0) go += 2 ** 23;
  if ((mode & 0o2000) !== 0) go += 2 ** 22;
  if ((mode & 0o1000) !== 0) go += 2 ** 20;
  return go;
}

const known = new Map<number, string>();
const earliest = -62_167_219_200; // year 0
const latest = 253_402_300_799; // year 9999

/** RFC 3339 with nanoseconds, in UTC, trailing zeros left out; years outside 0 to 9999 are brought inside. */
export function goTime(words: Int32Array, at: number): string {
  const seconds = storedSeconds(words, at);
  const nanoseconds = words[at + 2] ?? 0;
  const whole = known.get(seconds) ?? rememberSeconds(seconds);
  if (nanoseconds === 0) return `${whole}Z`;
  return `${whole}.${String(nanoseconds).padStart(9, '0').replace(/0+$/, '')}Z`;
}

/** The second that is written for the one that stands at `words[at]`. */
export function storedSeconds(words: Int32Array, at: number): number {
  return Math.min(Math.max(signed64(words, at), earliest), latest);
}

function rememberSeconds(seconds: number): string {
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (known.size > 20_000) known.clear();
  known.set(seconds, whole);
  return whole;
}
