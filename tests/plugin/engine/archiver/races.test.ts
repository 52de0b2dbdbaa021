/**
 * A tenant exchanges entries while a backup reads them. The naive reader in the same run looks first and then opens
 * by path, as much backup software does: it must be deceived, else the attack was not made.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openMemoryStore } from '../../../../plugin/destinations/memory.ts';
import { isFailure } from '../../../../plugin/domain/failure.ts';
import { RepositoryIndex } from '../../../../plugin/engine/repository-index.ts';
import { Repository, sha256 } from '../../../../plugin/engine/repository.ts';
import { Workspace } from '../../../../plugin/engine/workspace.ts';
import { openSystem } from '../../../../plugin/platform/open-native.ts';
import { isRoot, makeSite, needsRoot, type BackupSite } from '../../../support/backup-site.ts';

const swapScript = fileURLToPath(new URL('../../../support/swap-entries.ts', import.meta.url));
const tenant = isRoot ? 20_001 : (process.getuid?.() ?? 0);
const secret = 'the secret of another tenant';
const doors = Array.from({ length: 12 }, (_, index) => `door-${index}`);

/** Never shorter than the first, nor longer than the second. */
const attackMilliseconds = { least: 2000, most: 20_000 };
const fewestBackups = 20;

interface Attack {
  readonly title: string;
  readonly root?: true;
  /** Lays the trap. @returns the pairs of paths to exchange. */
  prepare(site: BackupSite): string[][];
  /** Reads one thing of the home as naive software does. @returns what it read. */
  readNaively(site: BackupSite, turn: number): string;
}

const attacks: readonly Attack[] = [
  {
    title: 'a folder exchanged for a link to a secret folder',
    prepare: (site) =>
      doors.map((door) => {
        const [left, right] = [join(site.home, door), join(site.home, `${door}-trap`)];
        mkdirSync(left);
        writeOwn(join(left, 'content'));
        symlinkSync(secretFolder(site), right);
        return [left, right];
      }),
    readNaively(site, turn) {
      const folder = join(site.home, doors[turn % doors.length] ?? '');
      return lstatSync(folder).isDirectory() ? readFileSync(join(folder, 'content'), 'latin1') : '';
    },
  },
  {
    title: 'a file exchanged for a link to a secret file',
    prepare: (site) =>
      doors.map((door) => {
        const [left, right] = [join(site.home, door), join(site.home, `${door}-trap`)];
        writeOwn(left);
        symlinkSync(join(secretFolder(site), 'content'), right);
        return [left, right];
      }),
    readNaively(site, turn) {
      const file = join(site.home, doors[turn % doors.length] ?? '');
      return lstatSync(file).isFile() ? readFileSync(file, 'latin1') : '';
    },
  },
  {
    title: "a file exchanged for a hard link to root's secret file",
    root: true,
    prepare: (site) =>
      doors.map((door) => {
        const [left, right] = [join(site.home, door), join(site.home, `${door}-trap`)];
        writeOwn(left);
        linkSync(join(secretFolder(site), 'content'), right);
        return [left, right];
      }),
    readNaively(site, turn) {
      const file = join(site.home, doors[turn % doors.length] ?? '');
      return lstatSync(file).uid === tenant ? readFileSync(file, 'latin1') : '';
    },
  },
  {
    title: 'the home itself exchanged for a link to a secret folder',
    prepare(site) {
      writeOwn(join(site.home, 'content'));
      symlinkSync(secretFolder(site), join(site.folder, 'trap'));
      return [[site.home, join(site.folder, 'trap')]];
    },
    readNaively: ({ home }) => (lstatSync(home).isDirectory() ? readFileSync(join(home, 'content'), 'latin1') : ''),
  },
];

for (const attack of attacks) {
  test(
    `${attack.title}: naive software reads the secret, Larder never`,
    { skip: attack.root ? needsRoot : false },
    async (t) => {
      const site = await makeSite(t);
      if (isRoot) chownSync(site.home, tenant, tenant);
      writeSecret(site);
      const pairs = attack.prepare(site);
      const attackers = await startAttackers(pairs);
      const { leaks, backups } = await readUnderAttack(t, site, attack, attackers);
      t.diagnostic(`${backups} backups; the naive reader was deceived ${leaks} times`);
      assert.ok(leaks > 0, 'the naive reader was never deceived: the attack was not made');
    },
  );
}

/** By turns the naive reader and a backup, until the naive one was deceived and enough was tried. Ends the attackers. */
async function readUnderAttack(
  t: TestContext,
  site: BackupSite,
  attack: Attack,
  attackers: readonly ChildProcess[],
): Promise<Score> {
  const victim = await openVictim(site);
  const startedAt = performance.now();
  const score = { leaks: 0, backups: 0 };
  try {
    for (let turn = 0; ;) {
      const elapsed = performance.now() - startedAt;
      const isEnough = score.leaks > 0 && score.backups >= fewestBackups && elapsed > attackMilliseconds.least;
      if (isEnough || elapsed > attackMilliseconds.most || t.signal.aborted) return score;
      for (let tries = 0; tries < 400; tries++) if (readSilently(site, attack, turn++) === secret) score.leaks++;
      assert.equal(await victim.backsUpSecret(), false, `backup ${score.backups} holds the secret`);
      score.backups++;
    }
  } finally {
    await stopAll(attackers);
  }
}

interface Score {
  /** How often the naive reader was deceived. */
  leaks: number;
  backups: number;
}

function readSilently(site: BackupSite, attack: Attack, turn: number): string {
  try {
    return attack.readNaively(site, turn);
  } catch {
    return ''; // exchanged between two steps in another way
  }
}

/** A repository in memory that is emptied before each backup, so that each reads everything. */
async function openVictim(site: BackupSite): Promise<{ backsUpSecret(): Promise<boolean> }> {
  const objects = new Map<string, Buffer>();
  const { codec } = await openSystem('native');
  const workspace = new Workspace(codec);
  const store = openMemoryStore(objects);
  await Repository.create(store, workspace, site.masterKey);
  return {
    async backsUpSecret() {
      for (const key of objects.keys()) if (key !== 'config') objects.delete(key);
      const repository = await Repository.open(store, workspace, site.masterKey);
      try {
        await site.backUp({ store, ownerUid: tenant });
      } catch (error) {
        assert.ok(isFailure(error, 'home-unreadable'), String(error)); // the home was a link at that moment
      }
      const index = await RepositoryIndex.load(repository);
      return index.find('data', sha256(Buffer.from(secret))) >= 0;
    },
  };
}

const secretFolder = (site: BackupSite): string => join(site.folder, 'secret');

function writeSecret(site: BackupSite): void {
  mkdirSync(secretFolder(site), { mode: 0o700 });
  writeFileSync(join(secretFolder(site), 'content'), secret, { mode: 0o600 });
  assert.deepEqual(readdirSync(secretFolder(site)), ['content']);
}

function writeOwn(file: string): void {
  writeFileSync(file, 'harmless');
  if (isRoot) chownSync(file, tenant, tenant);
}

/** Two processes, each with one half of the pairs, or one for a single pair. */
async function startAttackers(pairs: readonly string[][]): Promise<ChildProcess[]> {
  const half = Math.ceil(pairs.length / 2);
  const attackers: ChildProcess[] = [];
  for (const some of [pairs.slice(0, half), pairs.slice(half)]) {
    if (some.length === 0) continue;
    const words = ['--disable-warning=ExperimentalWarning', swapScript, ...some.flat()];
    const attacker = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] });
    attackers.push(attacker);
    await once(attacker.stdout, 'data');
  }
  return attackers;
}

async function stopAll(attackers: readonly ChildProcess[]): Promise<void> {
  for (const attacker of attackers) {
    const ended = once(attacker, 'exit');
    attacker.kill('SIGKILL');
    await ended;
  }
}
