/**
 * Makes a checkout ready, then runs a script with the pinned Node:
 *
 *   node installer/prepare.mjs [--debian-packages] SCRIPT [ARGUMENT…]
 *
 * npm packages come from the lock file, and only when what is installed differs from it. With
 * `--debian-packages` the programs the tests compare with are installed too: as root by apt-get, else
 * missing ones are named and the tests that need them are skipped.
 *
 * This is the first thing that runs in a fresh clone: plain JavaScript, no packages, and it must also run
 * under Node 20. Only the script it starts needs the pinned Node.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';

const debianPackages = [
  'acl',
  'age',
  'attr',
  'borgbackup',
  'chromium-headless-shell',
  'ceph-common',
  'ceph-mon',
  'ceph-osd',
  'fish',
  'groff-base',
  'mariadb-server',
  'mydumper',
  'openssh-server',
  'php-cgi',
  'php-mysql',
  'postgresql',
  'prometheus',
  'python3',
  'radosgw',
  'rclone',
  'redis-server',
  'restic',
  'rsync',
  'time',
  'unzip',
  'zsh',
  'zstd',
];
const aptOptions = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
const root = path.dirname(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname));
const programs = path.join(root, 'node_modules', '.bin');

prepare(process.argv.slice(2));

function prepare(words) {
  const withDebianPackages = words[0] === '--debian-packages';
  const [script, ...rest] = withDebianPackages ? words.slice(1) : words;
  if (script === undefined) stop('usage: node installer/prepare.mjs [--debian-packages] SCRIPT [ARGUMENT…]');
  if (!isInstalled()) installNpmPackages();
  if (withDebianPackages) installDebianPackages();
  start([path.join(root, script), ...rest]);
}

/** Whether each package stands in node_modules as the lock file has it. npm keeps its own list of them there. */
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const present = readPackages('node_modules/.package-lock.json');
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === '') return true;
    const found = present[place];
    return found === undefined ? entry.optional === true : found.integrity === entry.integrity;
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Not `npm ci`: that refuses a lock file without an entry for every foreign platform of an optional package,
 * which registries that hold only some platforms cannot give. The comparison afterwards is as strict.
 */
function installNpmPackages() {
  say('installing the npm packages of package-lock.json');
  const npm = process.env['npm_execpath'];
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const words = [...first, 'install', '--no-save', '--loglevel=error', '--no-progress'];
  const { status } = spawnSync(command, words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) stop('npm install failed: see above. Nothing was run.');
  if (!isInstalled()) stop('npm installed something else than package-lock.json says. Nothing was run.');
}

function installDebianPackages() {
  const missing = debianPackages.filter((name) => !isDebianPackageInstalled(name));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    say(`not installed: ${missing.join(' ')}. Tests that need them are skipped; root can install them with apt-get.`);
    return;
  }
  say(`installing ${missing.join(' ')}`);
  runAptGet(['update']);
  if (!runAptGet(['install', '--yes', '--no-install-recommends', ...missing])) {
    say(`apt-get could not install all of ${missing.join(' ')}. Tests that need them are skipped.`);
  }
}

function isDebianPackageInstalled(name) {
  const query = spawnSync('dpkg-query', ['--show', '--showformat=${db:Status-Status}', name], { encoding: 'utf8' });
  return query.stdout === 'installed';
}

/** Quiet unless it fails: then what it said is shown. */
function runAptGet(words) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync('apt-get', [...aptOptions, ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (result.status !== 0) process.stderr.write(result.error?.message ?? result.stdout + result.stderr);
  return result.status === 0;
}

function start(words) {
  const pinned = path.join(programs, 'node');
  const node = existsSync(pinned) ? pinned : process.execPath;
  if (node === process.execPath && !isNewEnough(process.versions.node)) {
    stop(`Node 24.12 or newer is needed on this kind of machine; this is ${process.versions.node}.`);
  }
  const env = { ...process.env, PATH: `${programs}${path.delimiter}${process.env['PATH'] ?? ''}` };
  const child = spawn(node, words, { cwd: root, env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => stop(error.message));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 12);
}

function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

function stop(sentence) {
  say(sentence);
  process.exit(1);
}
