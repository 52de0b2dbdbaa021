import { Failure } from './failure.ts';

/** A string that only its parser makes, so that one kind of id never passes for another. */
type Id<Kind extends string> = string & { readonly __kind: Kind };

/** Names one snapshot: SHA-256 of its stored file, 64 lower-case hex digits. */
export type SnapshotId = Id<'SnapshotId'>;
/** Names one blob: SHA-256 of its plain content, 64 lower-case hex digits. */
export type BlobId = Id<'BlobId'>;
/** Names one repository: the random id in its config file, 64 lower-case hex digits. */
export type RepositoryId = Id<'RepositoryId'>;
/** Tells a customer apart from an earlier one with the same name or uid: 32 lower-case hex digits. */
export type Generation = Id<'Generation'>;
/** Tells this server from the others that share a metadata database: 32 lower-case hex digits. */
export type ServerId = Id<'ServerId'>;
/** The panel's name of an account, safe as a file name: see `parseAccountName`. */
export type AccountName = Id<'AccountName'>;

/** @throws {Failure} `invalid-input` unless `text` is 64 lower-case hex digits. */
export const parseSnapshotId = (text: string): SnapshotId => parseHex(text, 64, 'snapshot id') as SnapshotId;
/** @throws {Failure} `invalid-input` unless `text` is 64 lower-case hex digits. */
export const parseBlobId = (text: string): BlobId => parseHex(text, 64, 'blob id') as BlobId;
/** @throws {Failure} `invalid-input` unless `text` is 64 lower-case hex digits. */
export const parseRepositoryId = (text: string): RepositoryId => parseHex(text, 64, 'repository id') as RepositoryId;
/** @throws {Failure} `invalid-input` unless `text` is 32 lower-case hex digits. */
export const parseGeneration = (text: string): Generation => parseHex(text, 32, 'generation') as Generation;
/** @throws {Failure} `invalid-input` unless `text` is 32 lower-case hex digits. */
export const parseServerId = (text: string): ServerId => parseHex(text, 32, 'server id') as ServerId;

/**
 * Letters, digits, `.`, `_` and `-`, at most 64, beginning with a letter, digit or `_`.
 * @throws {Failure} `invalid-input` for anything else.
 */
export function parseAccountName(text: string): AccountName {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/.test(text)) {
    throw new Failure('invalid-input', { field: 'account name', text, hint: 'letters, digits, . _ - only' });
  }
  return text as AccountName;
}

function parseHex(text: string, digits: number, field: string): string {
  if (text.length !== digits || !/^[0-9a-f]+$/.test(text)) {
    throw new Failure('invalid-input', { field, text, hint: `${digits} hex digits` });
  }
  return text;
}
