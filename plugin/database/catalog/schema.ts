import type { NodeType } from '../../domain/tree-node.ts';

/** Another number than the file's: the catalog is made anew. */
export const schemaVersion = 1;

/** `until` of what the newest restore point of a lane holds. */
export const stillHeld = 2 ** 31 - 1;

/** The home, in `paths.parent`. */
export const homePath = 0;

/** How many mailboxes a restore point holds. Catalogs from before there was such a table get it when they are opened. */
export const mailboxTable = `
CREATE TABLE IF NOT EXISTS mailboxes (point TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
`;

/**
 * Restore points of a lane are numbered upwards. An entry is held by those with `since <= number < until`; each row is
 * held by at least one. Changes cost what they change: what stays as it is keeps `until` as it is.
 */
export const schema = `
CREATE TABLE repository (id TEXT NOT NULL);
CREATE TABLE lanes (id INTEGER PRIMARY KEY, paths TEXT NOT NULL UNIQUE);
CREATE TABLE points (
  lane INTEGER NOT NULL, number INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, time INTEGER NOT NULL, tree TEXT NOT NULL,
  added INTEGER, changed INTEGER, removed INTEGER, PRIMARY KEY (lane, number)
) WITHOUT ROWID;
CREATE TABLE names (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, folded BLOB);
CREATE TABLE paths (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, name INTEGER NOT NULL, UNIQUE (parent, name));
CREATE INDEX paths_name ON paths (name);
CREATE TABLE entries (
  path INTEGER NOT NULL, lane INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, type INTEGER NOT NULL,
  size INTEGER NOT NULL, seconds INTEGER NOT NULL, nanoseconds INTEGER NOT NULL, mode INTEGER NOT NULL,
  content BLOB NOT NULL, PRIMARY KEY (path, lane, since)
) WITHOUT ROWID;
CREATE INDEX entries_since ON entries (lane, since);
CREATE INDEX entries_until ON entries (lane, until) WHERE until < ${stillHeld};
${mailboxTable}
PRAGMA user_version = ${schemaVersion};
`;

/** By their number in the file. */
export const types: readonly NodeType[] = ['file', 'dir', 'symlink', 'fifo', 'dev', 'chardev', 'socket', 'irregular'];

export const folderType = types.indexOf('dir');
