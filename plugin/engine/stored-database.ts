/** Reads databases out of restore points: what they hold, and single tables, without reading the rest. */
import { fromFileName, toFileName, type DatabaseEngine, type DatabaseRef } from '../domain/database-name.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import {
  databasesFolder,
  storedNames,
  type DumpDescription,
  type StoredDefinitions,
  type StoredUsers,
} from '../domain/stored-database.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import { findNode, rootNode } from './home-tree.ts';
import { JsonReader } from './parse-json.ts';
import type { Snapshot } from './snapshot.ts';
import { readDefinitions, readDescription, readUsers } from './stored-database-json.ts';
import { readTree } from './tree-reader.ts';

/** Definitions and lists are held whole. */
const largestJsonBytes = 128 * 1024 * 1024;

/** How much of a pack a reader for databases should fetch at once: chunks of one table lie together. */
export const databaseReadAheadBytes = 256 * 1024;

/** The databases of a restore point, by engine and name. @throws {Failure} `repository-damaged`. */
export async function listStoredDatabases(reader: BlobReader, snapshot: Snapshot): Promise<DatabaseRef[]> {
  const found: DatabaseRef[] = [];
  for (const engine of ['mysql', 'postgresql'] as const) {
    for (const node of await listBelow(reader, rootNode(snapshot), [databasesFolder, engine])) {
      const name = fromFileName(node.name.toString());
      if (node.subtree !== undefined && name !== undefined) found.push({ engine, name });
    }
  }
  return found;
}

/** Where a restore point keeps a database, below its top. @throws {RangeError} when nothing can be called so. */
export function storedPath({ engine, name }: DatabaseRef): string[] {
  return [databasesFolder, engine, toFileName(name)];
}

/** @throws {Failure} `not-found` when the restore point does not hold it; `repository-damaged`. */
export async function openStoredDatabase(
  reader: BlobReader,
  snapshot: Snapshot,
  { engine, name }: DatabaseRef,
): Promise<StoredDatabase> {
  const path = storedPath({ engine, name });
  const folder = await findNode(
    reader,
    rootNode(snapshot),
    path.map((part) => Buffer.from(part)),
  );
  const entries = folder.subtree === undefined ? [] : await readTree(reader, folder.subtree);
  const files = new StoredFiles(reader, path.join('/'), entries);
  const json = await files.json(storedNames.description);
  const description = readDescription(json, engine, name);
  return new StoredDatabase(files, description);
}

/** One database of a restore point. Contents are read when they are asked for. */
export class StoredDatabase {
  readonly engine: DatabaseEngine;
  readonly name: string;
  readonly description: DumpDescription;
  readonly #files: StoredFiles;

  constructor(files: StoredFiles, description: DumpDescription) {
    this.#files = files;
    this.description = description;
    this.engine = description.engine;
    this.name = description.name;
  }

  /** @throws {Failure} `repository-damaged`. */
  async definitions(): Promise<StoredDefinitions> {
    return readDefinitions(await this.#files.json(storedNames.definitions));
  }

  /** @throws {Failure} `repository-damaged`. */
  async users(): Promise<StoredUsers> {
    return readUsers(await this.#files.json(storedNames.users));
  }

  /**
   * A table's file: a complete `.sql` text, in pieces that stay valid. The beginning, which holds the definition, costs
   * one blob.
   * @throws {Failure} `not-found`, `repository-damaged`.
   */
  async *table(name: string): AsyncGenerator<Buffer, void> {
    yield* this.#files.content(await this.#files.tableNode(name));
  }

  /** Tells what a table holds apart from anything else it held; undefined where it has no file. @throws {Failure} `repository-damaged`. */
  async contentOf(name: string): Promise<string | undefined> {
    return (await this.#files.hasTable(name)) ? (await this.#files.tableNode(name)).content.join(' ') : undefined;
  }

  /** Tables that the description names and that have no file. @throws {Failure} `repository-damaged`. */
  async missingTables(): Promise<string[]> {
    const names = this.description.tables.filter(({ kind }) => kind === 'table').map(({ name }) => name);
    const missing: string[] = [];
    for (const name of names) if (!(await this.#files.hasTable(name))) missing.push(name);
    return missing;
  }

  /** Any other file of it, by its name; nothing where there is none. @throws {Failure} `repository-damaged`. */
  async *file(name: string): AsyncGenerator<Buffer, void> {
    const node = this.#files.find(name);
    if (node !== undefined) yield* this.#files.content(node);
  }
}

function tableFile(name: string): string {
  return `${toFileName(name)}.sql`;
}

class StoredFiles {
  readonly #reader: BlobReader;
  readonly #path: string;
  readonly #entries: ReadonlyMap<string, TreeNode>;
  #tables: ReadonlyMap<string, TreeNode> | undefined;

  constructor(reader: BlobReader, path: string, entries: readonly TreeNode[]) {
    this.#reader = reader;
    this.#path = path;
    this.#entries = byName(entries);
  }

  find(name: string): TreeNode | undefined {
    return this.#entries.get(name);
  }

  async tableNode(name: string): Promise<TreeNode> {
    const file = tableFile(name);
    const node = (await this.#readTables()).get(file);
    if (node !== undefined) return node;
    throw new Failure('not-found', { path: `${this.#path}/${storedNames.tables}/${file}` });
  }

  async hasTable(name: string): Promise<boolean> {
    return (await this.#readTables()).has(tableFile(name));
  }

  async #readTables(): Promise<ReadonlyMap<string, TreeNode>> {
    const folder = this.find(storedNames.tables)?.subtree;
    this.#tables ??= byName(folder === undefined ? [] : await readTree(this.#reader, folder));
    return this.#tables;
  }

  async *content(node: TreeNode): AsyncGenerator<Buffer, void> {
    for (const id of node.content) yield Buffer.from(await this.#reader.read('data', id));
  }

  async json(name: string): Promise<JsonReader> {
    const object = `${this.#path}/${name}`;
    const node = this.find(name);
    if (node === undefined) throw new Failure('repository-damaged', { object, problem: 'is missing' });
    if (node.sizeBytes > largestJsonBytes) throw new Failure('repository-damaged', { object, problem: 'is too large' });
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of this.content(node)) {
      bytes += part.length;
      if (bytes > largestJsonBytes) throw new Failure('repository-damaged', { object, problem: 'is too large' });
      parts.push(part);
    }
    return JsonReader.parse(object, Buffer.concat(parts).toString());
  }
}

function byName(nodes: readonly TreeNode[]): Map<string, TreeNode> {
  return new Map(nodes.map((node) => [node.name.toString(), node]));
}

async function listBelow(reader: BlobReader, from: TreeNode, path: readonly string[]): Promise<readonly TreeNode[]> {
  try {
    const folder = await findNode(
      reader,
      from,
      path.map((part) => Buffer.from(part)),
    );
    return folder.subtree === undefined ? [] : await readTree(reader, folder.subtree);
  } catch (error) {
    if (isFailure(error, 'not-found')) return [];
    throw error;
  }
}
