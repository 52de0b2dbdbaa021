/** Replaces index files by ones that no longer name certain packs: new ones first, read back, then the old ones go. */
import { Failure } from '../domain/failure.ts';
import { Bitmap } from './bitmap.ts';
import { folders } from './format.ts';
import type { IndexFile } from './full-index.ts';
import { parseIndexFile, type IndexedPack } from './index-file.ts';
import { IndexWriter } from './index-writer.ts';
import type { PruneSurvey } from './prune-survey.ts';
import type { Repository } from './repository.ts';

/** Every night adds an index file; from this many small ones they are put together. */
const gatherFrom = 16;
const smallFileBlobs = 4000;

export class IndexRewrite {
  readonly #repository: Repository;
  readonly #survey: PruneSurvey;
  readonly #writer: IndexWriter;
  /** Old files that are to be replaced. */
  readonly #old: readonly IndexFile[];
  readonly #isGone: (pack: number) => boolean;
  /** Blobs that the index names once the old files are gone. */
  readonly #covered: { readonly data: Bitmap; readonly tree: Bitmap };

  /** @param isGone whether the pack with this number will be removed. */
  constructor(repository: Repository, survey: PruneSurvey, isGone: (pack: number) => boolean) {
    this.#repository = repository;
    this.#survey = survey;
    this.#isGone = isGone;
    this.#writer = new IndexWriter((json) => this.#save(json));
    this.#old = filesToReplace(survey, isGone);
    const { index } = survey.full;
    this.#covered = { data: new Bitmap(index.data.size), tree: new Bitmap(index.tree.size) };
  }

  /** Takes in a new pack, which must be stored. */
  add(pack: IndexedPack): Promise<void> {
    return this.#writer.add(pack);
  }

  /** Writes what the old files say of packs that stay. @throws {Failure} `repository-damaged` when something of use would be lost. */
  async finish(): Promise<void> {
    const { files } = this.#survey.full;
    const old = new Set(this.#old);
    const named = this.#coverNamed(files.filter((file) => !old.has(file)));
    for (const file of this.#old) {
      for (const { pack } of file.packs) {
        if (this.#isGone(pack) || named.has(pack)) continue;
        named.add(pack);
        await this.#writer.add(this.#indexedPack(pack));
      }
    }
    await this.#writer.flush();
    this.#verifyCover();
  }

  /** Only after `finish`. When it resolves, the old files stay away even after a power cut. */
  async removeOld(): Promise<void> {
    const last = this.#old.length - 1;
    for (const [number, { id }] of this.#old.entries()) {
      await this.#repository.store.remove(folders.index + id, { durable: number === last });
    }
  }

  /** @returns the packs that these files name. */
  #coverNamed(files: readonly IndexFile[]): Set<number> {
    const named = new Set(files.flatMap(({ packs }) => packs.map(({ pack }) => pack)));
    for (const pack of named) {
      for (const blob of this.#survey.contents.blobs(pack)) this.#covered[blob.type].add(blob.entry);
    }
    return named;
  }

  #indexedPack(pack: number): IndexedPack {
    const { index } = this.#survey.full;
    const blobs = this.#survey.contents.blobs(pack).map(({ type, entry, offset, length, plainLength }) => {
      return { id: index.table(type).idHex(entry), type, offset, length, plainLength };
    });
    return { id: index.packId(pack), blobs };
  }

  /** Stores an index file and believes only what reads back. */
  async #save(json: string): Promise<string> {
    const id = await this.#repository.saveUnpacked('index', json);
    const text = await this.#repository.loadUnpacked('index', id);
    for (const pack of parseIndexFile(id, text)) {
      for (const blob of pack.blobs) this.#covered[blob.type].add(this.#survey.full.index.find(blob.type, blob.id));
    }
    return id;
  }

  #verifyCover(): void {
    const { full, used } = this.#survey;
    for (const type of ['data', 'tree'] as const) {
      const table = full.index.table(type);
      for (let entry = 0; entry < table.size; entry++) {
        if (!used.isUsed(type, entry) || this.#covered[type].has(entry)) continue;
        throw new Failure('repository-damaged', {
          object: `${type} ${table.idHex(entry)}`,
          problem: 'would be lost by this prune',
        });
      }
    }
  }
}

/** Those that name a pack that goes, or only a part of one; and all small ones when there are many. */
function filesToReplace({ full, contents }: PruneSurvey, isGone: (pack: number) => boolean): IndexFile[] {
  const small = full.files.filter((file) => file.blobs < smallFileBlobs);
  const gathered = new Set(small.length >= gatherFrom ? small : []);
  return full.files.filter((file) => {
    return (
      gathered.has(file) || file.packs.some(({ pack, blobs }) => isGone(pack) || contents.blobCount(pack) !== blobs)
    );
  });
}
