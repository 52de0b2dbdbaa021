import { createOwnedFiles } from './owned-files.ts';
import { createRandom, seedOf } from './random.ts';
import { writeProse } from './vocabulary.ts';

/** Folders of many small files, none like another. */
export interface SmallFilesSpec {
  readonly folder: string;
  readonly uid: number;
  readonly seed: number;
  readonly folders: number;
  readonly filesEach: number;
}

const poolBytes = 1 << 20;
const modifiedSeconds = 1_700_000_000;

/** `count` files in folders of 1,000, as ten pieces of work. */
export function planManyFiles(home: string, uid: number, count: number): readonly SmallFilesSpec[] {
  return Array.from({ length: 10 }, (_, index) => ({
    folder: `${home}/shelf${String(index)}`,
    uid,
    seed: seedOf('small files', index),
    folders: count / 10_000,
    filesEach: 1000,
  }));
}

/** One folder of 10,000 files: the longest list a person opens. */
export function planLongFolder(home: string, uid: number): SmallFilesSpec {
  return { folder: home, uid, seed: seedOf('long folder'), folders: 1, filesEach: 10_000 };
}

/** Writes `folders` × `filesEach` files of 100 to 1,500 bytes below `folder`. */
export function writeSmallFiles(spec: SmallFilesSpec, owner: number | undefined): void {
  const random = createRandom(spec.seed);
  const pool = Buffer.from(writeProse(random, poolBytes + 2000), 'latin1');
  const files = createOwnedFiles(owner);
  for (let folder = 0; folder < spec.folders; folder += 1) {
    const path = `${spec.folder}/part${String(folder).padStart(4, '0')}`;
    files.folder(path);
    for (let index = 0; index < spec.filesEach; index += 1) {
      const from = random.below(poolBytes);
      const content = Buffer.from(pool.subarray(from, from + random.between(100, 1500)));
      content.write(`${String(random.below(1e9))}-${String(index)} `);
      files.file(`${path}/file${String(index).padStart(6, '0')}.txt`, content, modifiedSeconds);
    }
  }
}
