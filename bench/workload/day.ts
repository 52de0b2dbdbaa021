import { readFileSync, readdirSync, renameSync, unlinkSync } from 'node:fs';
import { createOwnedFiles } from './owned-files.ts';
import { createRandom, seedOf } from './random.ts';
import { editDump } from './dump-edits.ts';
import { writePicture } from './bytes.ts';
import { writeSource } from './source-code.ts';
import type { AccountSpec } from './account-spec.ts';
import type { OwnedFiles } from './owned-files.ts';
import type { Random } from './random.ts';

const modifiedShare = 0.01;
const newShare = 0.005;
const deletedShare = 0.002;
const firstDaySeconds = 1_763_000_000;
const secondsPerDay = 86_400;

/** One day of an account's life: 1 % of its files modified, 0.5 % new, 0.2 % deleted, 200 rows of each dump edited. */
export function passDay(account: AccountSpec, day: number, owner: number | undefined): void {
  const files = createOwnedFiles(owner);
  const random = createRandom(seedOf(account.seed, 'day', day));
  const paths = listOrdinaryFiles(account.home);
  const modifiedSeconds = firstDaySeconds + day * secondsPerDay;
  for (const path of pickShare(random, paths, modifiedShare)) files.file(path, modify(random, path), modifiedSeconds);
  for (const path of pickShare(random, paths, newShare)) addBeside(files, random, path, modifiedSeconds);
  for (const path of pickShare(random, paths, deletedShare)) unlinkSync(path);
  passDayOfDumps(account, day, owner);
}

/** Edits 200 scattered rows of each dump, and nothing else. */
export function passDayOfDumps(account: AccountSpec, day: number, owner: number | undefined): void {
  const files = createOwnedFiles(owner);
  const random = createRandom(seedOf(account.seed, 'dump day', day));
  for (const index of account.dumpBytes.keys()) {
    const path = `${account.home}/databases/shop${String(index)}.sql`;
    files.longFile(`${path}.new`, (write) => editDump(readFileSync(path), random).forEach(write));
    renameSync(`${path}.new`, path);
  }
}

/** Sorted, so that the same seed picks the same files; without dumps and odd files. */
function listOrdinaryFiles(home: string): readonly string[] {
  const folders = readdirSync(home).filter((name) => ['public_html', 'mail', 'logs'].includes(name));
  const found = folders.flatMap((name) => readdirSync(`${home}/${name}`, { withFileTypes: true, recursive: true }));
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .toSorted();
}

function pickShare(random: Random, paths: readonly string[], share: number): ReadonlySet<string> {
  const picked = new Set<string>();
  const count = Math.floor(paths.length * share);
  while (picked.size < count) picked.add(random.pick(paths));
  return picked;
}

/** Media are replaced; in text a passage is put in somewhere, as an editor or a writer of logs does. */
function modify(random: Random, path: string): Buffer {
  const content = readFileSync(path);
  if (/\.(jpg|png)$/.test(path)) return writePicture(random.below(0xffff_ffff), content.length);
  const at = random.below(content.length + 1);
  return Buffer.concat([content.subarray(0, at), writeSource('php', random, 400), content.subarray(at)]);
}

function addBeside(files: OwnedFiles, random: Random, path: string, modifiedSeconds: number): void {
  const content = path.endsWith('.jpg')
    ? writePicture(random.below(0xffff_ffff), random.between(50_000, 2_000_000))
    : writeSource('php', random, random.between(500, 30_000));
  files.file(`${path}-new-${String(random.below(1e6))}${path.slice(path.lastIndexOf('.'))}`, content, modifiedSeconds);
}
