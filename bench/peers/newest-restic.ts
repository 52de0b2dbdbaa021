import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Where the package `debian-archive-keyring` puts Debian's keys. */
const debianKeys = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Newest first. The first whose binary runs on this machine is taken. */
const suites = ['sid', 'trixie'];

/**
 * The path of a restic newer than the machine's own, from a later Debian, fetched over the machine's own mirror and
 * checked by apt against Debian's keys. Nothing of the system changes: apt works in folders below the temp folder.
 * @throws {Error} when it cannot be had, with the reason.
 */
export async function obtainNewestRestic(): Promise<string> {
  const cache = await openPrivateCache();
  const reasons: string[] = [];
  for (const suite of suites) {
    const program = `${cache}/${suite}/package/usr/bin/restic`;
    try {
      if (!existsSync(program)) await download(suite, `${cache}/${suite}`);
      await run(program, ['version']);
      return program;
    } catch (error) {
      reasons.push(`${suite}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
    }
  }
  throw new Error(reasons.join('; '));
}

/** What lies in it will be run, so it must be ours alone. @throws {Error} when somebody else's. */
async function openPrivateCache(): Promise<string> {
  const own = process.getuid?.() ?? 0;
  const cache = `${tmpdir()}/larder-bench-cache-${String(own)}`;
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(cache);
  if (uid !== own || (mode & 0o77) !== 0 || (mode & 0o40_000) === 0) throw new Error(`${cache} is not private`);
  return cache;
}

async function download(suite: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const part of ['lists/partial', 'archives/partial', 'package']) {
    await mkdir(`${folder}/${part}`, { recursive: true });
  }
  const mirror = await findMirror();
  await writeFile(`${folder}/sources.list`, `deb [signed-by=${debianKeys}] ${mirror} ${suite} main\n`);
  const options = aptOptions(folder);
  await run('apt-get', [...options, 'update', '--error-on=any'], { cwd: folder });
  await run('apt-get', [...options, 'download', 'restic'], { cwd: folder });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error('apt downloaded nothing');
  await run('dpkg-deb', ['-x', `${folder}/${archive}`, `${folder}/package`]);
  await rm(`${folder}/lists`, { recursive: true });
}

function aptOptions(folder: string): readonly string[] {
  return [
    `Dir::Etc::SourceList=${folder}/sources.list`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State::Lists=${folder}/lists`,
    'Dir::State::status=/dev/null',
    `Dir::Cache=${folder}`,
    `Dir::Cache::Archives=${folder}/archives`,
    'Acquire::Languages=none',
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
}

/** The address under which this machine's own apt finds Debian. @throws {Error} when it has none. */
async function findMirror(): Promise<string> {
  const question = ['indextargets', '--no-release-info', '--format', '$(REPO_URI)', 'Created-By: Packages'];
  const { stdout } = await run('apt-get', question);
  const mirror = stdout.split('\n').find((address) => /\/debian\/?$/.test(address));
  if (mirror === undefined) throw new Error('the apt of this machine knows no Debian mirror');
  return mirror;
}
