import { createRandom, seedOf } from './random.ts';
import { createOwnedFiles } from './owned-files.ts';
import { generateCoreFiles, generatePluginFiles } from './core-files.ts';
import { writeAccessLog } from './access-log.ts';
import { writeMessage } from './mail.ts';
import { writeOddFiles } from './odd-files.ts';
import { incompressibleBytes, writePicture } from './bytes.ts';
import { writeSqlDump } from './sql-dump.ts';
import type { AccountSpec } from './account-spec.ts';
import type { GeneratedFile } from './core-files.ts';
import type { OwnedFiles } from './owned-files.ts';
import type { Random } from './random.ts';

/** Generates the home of `account`, which must not exist. `owner` is undefined when the caller cannot give files away. */
export function writeAccount(account: AccountSpec, owner: number | undefined): void {
  const files = createOwnedFiles(owner);
  const random = createRandom(account.seed);
  files.folder(account.home);
  writeSite(account, files, random);
  writeUploads(account, files, random);
  writeMail(account, files, random);
  writeLogs(account, files, random);
  writeDumps(account, files);
  writeVideos(account, files, random);
  const index = `${account.home}/public_html/index.php`;
  files.file(index, Buffer.from(`<?php\n// ${account.name}\nrequire 'wp-blog-header.php';\n`), drawPast(random));
  writeOddFiles(account, files, index);
}

function writeSite(account: AccountSpec, files: OwnedFiles, random: Random): void {
  const site = `${account.home}/public_html`;
  const write = ({ path, content }: GeneratedFile): void =>
    writeAt(files, `${site}/${path}`, content, drawPast(random));
  for (const file of generateCoreFiles(account.coreFiles)) write(file);
  for (let plugin = 0; plugin < account.plugins; plugin += 1) {
    for (const file of generatePluginFiles(seedOf(account.seed, 'plugin', plugin))) write(file);
  }
}

function writeUploads(account: AccountSpec, files: OwnedFiles, random: Random): void {
  let left = account.uploadBytes;
  for (let index = 0; left > 0; index += 1) {
    const sizeBytes = Math.floor(50_000 * Math.exp(random.between(0, 3690) / 1000));
    const folder = `wp-content/uploads/${String(random.between(2021, 2026))}/${String(random.between(1, 12)).padStart(2, '0')}`;
    const path = `${account.home}/public_html/${folder}/picture-${String(index)}.jpg`;
    writeAt(files, path, writePicture(seedOf(account.seed, 'picture', index), sizeBytes), drawPast(random));
    left -= sizeBytes;
  }
}

function writeMail(account: AccountSpec, files: OwnedFiles, random: Random): void {
  for (let index = 0; index < account.messages; index += 1) {
    const box = random.pick(['cur', 'cur', 'new', '.Sent/cur', '.Archive/cur']);
    writeAt(files, `${account.home}/mail/${box}/${String(index)}.host.eml`, writeMessage(random), drawPast(random));
  }
}

function writeLogs(account: AccountSpec, files: OwnedFiles, random: Random): void {
  for (let day = 0; day < 5; day += 1) {
    const path = `${account.home}/logs/access.log${day === 0 ? '' : `.${String(day)}`}`;
    writeAt(files, path, writeAccessLog(random, account.logBytes / 5), drawPast(random));
  }
}

function writeDumps(account: AccountSpec, files: OwnedFiles): void {
  files.folder(`${account.home}/databases`);
  for (const [index, sizeBytes] of account.dumpBytes.entries()) {
    const seed = seedOf(account.seed, 'dump', index);
    const path = `${account.home}/databases/shop${String(index)}.sql`;
    files.longFile(path, (write) => writeSqlDump(seed, sizeBytes, write));
  }
}

function writeVideos(account: AccountSpec, files: OwnedFiles, random: Random): void {
  for (const [index, sizeBytes] of account.videoBytes.entries()) {
    const path = `${account.home}/videos/video-${String(index)}.mp4`;
    writeAt(files, path, incompressibleBytes(seedOf(account.seed, 'video', index), sizeBytes), drawPast(random));
  }
}

function writeAt(files: OwnedFiles, path: string, content: Buffer, modifiedSeconds: number): void {
  files.folder(path.slice(0, path.lastIndexOf('/')));
  files.file(path, content, modifiedSeconds);
}

/** Some second of the years before the bench was written. */
function drawPast(random: Random): number {
  return random.between(1_640_000_000, 1_762_000_000);
}
