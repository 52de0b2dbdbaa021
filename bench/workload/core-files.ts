import { createRandom, seedOf } from './random.ts';
import { writePicture } from './bytes.ts';
import { writeSource } from './source-code.ts';
import { drawWord } from './vocabulary.ts';
import type { Language } from './source-code.ts';
import type { Random } from './random.ts';

export interface GeneratedFile {
  /** Below the folder it is written to. */
  readonly path: string;
  readonly content: Buffer;
}

/** Core files by their count: every account of a run asks for the same. */
const coreFiles = new Map<number, readonly GeneratedFile[]>();

/** The same files for everyone who asks for as many: what a CMS installs on every account. About 8 KB each. */
export function generateCoreFiles(count: number): readonly GeneratedFile[] {
  const folders = ['wp-admin', 'wp-includes', 'wp-content/themes'];
  const known = coreFiles.get(count) ?? [...generateSourceFiles(seedOf('core'), count, folders)];
  coreFiles.set(count, known);
  return known;
}

/** A plugin of one account alone: nobody else has these bytes. */
export function* generatePluginFiles(seed: number): Generator<GeneratedFile> {
  const random = createRandom(seed);
  const name = `wp-content/plugins/${drawWord(random)}-${drawWord(random)}-${String(random.below(99))}`;
  yield* generateSourceFiles(seed, random.between(30, 90), [name]);
}

function* generateSourceFiles(seed: number, count: number, folders: readonly string[]): Generator<GeneratedFile> {
  const random = createRandom(seed);
  for (let index = 0; index < count; index += 1) {
    const folder = `${random.pick(folders)}/${drawFolder(random)}`;
    yield generateFile(random, `${folder}/${drawWord(random)}-${String(index)}`);
  }
}

function generateFile(random: Random, path: string): GeneratedFile {
  const seed = random.below(0xffff_ffff);
  if (random.chance(0.05)) return { path: `${path}.png`, content: writePicture(seed, random.between(500, 9000)) };
  const language = random.pick<Language>(['php', 'php', 'php', 'js', 'css']);
  return { path: `${path}.${language}`, content: writeSource(language, createRandom(seed), drawSourceBytes(random)) };
}

function drawFolder(random: Random): string {
  const top = random.pick(['includes', 'css', 'js', 'blocks', 'admin', 'rest-api', 'templates', 'lib']);
  return random.chance(0.5) ? top : `${top}/part${String(random.below(12))}`;
}

/** Many files of a few hundred bytes, most of a few thousand, some of 90,000: 8 KB on average. */
function drawSourceBytes(random: Random): number {
  const spread = random.between(0, 1000) / 1000;
  return Math.floor(300 * Math.exp(spread * spread * 5.7));
}
