/**
 * A repository is a set of immutable objects in a store: a config, keys, packs of blobs, indexes that say where
 * blobs lie, snapshots, and locks. Everything but the key files is sealed with one master key.
 */
import { createHash, randomBytes } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Sealer, SealKey } from '../contracts/codec.ts';
import type { ObjectStore } from '../contracts/object-store.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { parseRepositoryId, type RepositoryId } from '../domain/ids.ts';
import { compressedMarker, configKey, folders, largestUnpackedBytes, packKey, repositoryVersion } from './format.ts';
import { JsonReader } from './parse-json.ts';
import { randomPolynomial } from './polynomial.ts';
import { openBytes, sealBytes } from './sealed-bytes.ts';
import type { Workspace } from './workspace.ts';

/** Objects that are sealed as a whole, as against blobs in packs. */
export type UnpackedKind = 'index' | 'snapshots' | 'locks';

export class Repository {
  readonly id: RepositoryId;
  readonly store: ObjectStore;
  readonly workspace: Workspace;
  readonly sealer: Sealer;
  readonly masterKey: SealKey;
  /** Random for each repository and secret: where files are cut depends on it. */
  readonly chunkerPolynomial: string;

  private constructor(store: ObjectStore, workspace: Workspace, masterKey: SealKey, config: JsonReader) {
    this.store = store;
    this.workspace = workspace;
    this.masterKey = masterKey;
    this.sealer = workspace.codec.sealer(masterKey);
    this.id = parseRepositoryId(config.id('id'));
    this.chunkerPolynomial = config.string('chunker_polynomial');
  }

  /**
   * Makes an empty repository. The key files are the caller's to write, before.
   * @throws {Failure} `already-initialised` when there is one; it stays as it is.
   */
  static async create(store: ObjectStore, workspace: Workspace, masterKey: SealKey): Promise<Repository> {
    if (await hasConfig(store)) throw new Failure('already-initialised', { state: store.location });
    const config = {
      version: repositoryVersion,
      id: randomBytes(32).toString('hex'),
      chunker_polynomial: randomPolynomial(() => randomBytes(8).readBigUInt64LE()).toString(16),
    };
    const sealer = workspace.codec.sealer(masterKey);
    await store.write(configKey, sealBytes(workspace.codec, sealer, Buffer.from(JSON.stringify(config))));
    return Repository.open(store, workspace, masterKey);
  }

  /** @throws {Failure} `repository-missing`, `repository-unsupported`, `key-unusable` when the key is another repository's. */
  static async open(store: ObjectStore, workspace: Workspace, masterKey: SealKey): Promise<Repository> {
    const sealed = await readConfig(store);
    const sealer = workspace.codec.sealer(masterKey);
    const plain = openBytes(workspace.codec, sealer, sealed);
    if (plain === undefined) {
      throw new Failure('key-unusable', { key: `of ${store.location}`, problem: 'does not open its config' });
    }
    const config = JsonReader.parse('config', plain.toString('utf8'));
    if (config.count('version') !== repositoryVersion) {
      const problem = `has format version ${config.count('version')}; only ${repositoryVersion} is known`;
      throw new Failure('repository-unsupported', { location: store.location, problem });
    }
    return new Repository(store, workspace, masterKey, config);
  }

  /** Stores JSON compressed and sealed. @returns its id: SHA-256 of the stored bytes. */
  async saveUnpacked(kind: UnpackedKind, json: string): Promise<string> {
    const compressed = zstdCompressSync(Buffer.from(json), { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
    const sealed = sealBytes(
      this.workspace.codec,
      this.sealer,
      Buffer.concat([Buffer.of(compressedMarker), compressed]),
    );
    const id = sha256(sealed);
    await this.store.write(folders[kind] + id, sealed, { durable: kind !== 'locks' });
    return id;
  }

  /** @throws {Failure} `not-found`; `repository-damaged` when the bytes are not what their name and seal say. */
  async loadUnpacked(kind: UnpackedKind, id: string): Promise<string> {
    const sealed = await this.store.read(folders[kind] + id);
    const object = `${kind} ${id}`;
    if (sha256(sealed) !== id) throw new Failure('repository-damaged', { object, problem: 'does not match its name' });
    const plain = openBytes(this.workspace.codec, this.sealer, sealed);
    if (plain === undefined) throw new Failure('repository-damaged', { object, problem: 'is not authentic' });
    return decodeUnpacked(object, plain);
  }

  /** Ids of all objects of a kind. Names that are no ids are left out. */
  async listIds(kind: UnpackedKind): Promise<string[]> {
    return (await this.listObjects(folders[kind])).map((object) => object.id);
  }

  /** Ids and stored sizes of all packs. */
  listPacks(): Promise<ListedObject[]> {
    return this.listObjects(folders.data);
  }

  async removeUnpacked(kind: UnpackedKind, id: string): Promise<void> {
    await this.store.remove(folders[kind] + id);
  }

  async removePack(id: string): Promise<void> {
    await this.store.remove(packKey(id));
  }

  private async listObjects(prefix: string): Promise<ListedObject[]> {
    const listed: ListedObject[] = [];
    for (const { key, sizeBytes } of await this.store.list(prefix)) {
      const id = key.slice(key.lastIndexOf('/') + 1);
      if (/^[0-9a-f]{64}$/.test(id)) listed.push({ id, sizeBytes });
    }
    return listed;
  }
}

export interface ListedObject {
  readonly id: string;
  readonly sizeBytes: number;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function hasConfig(store: ObjectStore): Promise<boolean> {
  try {
    await store.read(configKey);
    return true;
  } catch (error) {
    if (isFailure(error, 'not-found')) return false;
    throw error;
  }
}

async function readConfig(store: ObjectStore): Promise<Buffer> {
  try {
    return await store.read(configKey);
  } catch (cause) {
    if (!isFailure(cause, 'not-found')) throw cause;
    throw new Failure('repository-missing', { location: store.location }, { cause });
  }
}

function decodeUnpacked(object: string, plain: Buffer): string {
  if (plain[0] === 0x7b || plain[0] === 0x5b) return plain.toString('utf8');
  if (plain[0] !== compressedMarker) {
    throw new Failure('repository-damaged', { object, problem: 'is in an unknown encoding' });
  }
  try {
    return zstdDecompressSync(plain.subarray(1), { maxOutputLength: largestUnpackedBytes }).toString('utf8');
  } catch (cause) {
    throw new Failure('repository-damaged', { object, problem: 'cannot be decompressed' }, { cause });
  }
}
