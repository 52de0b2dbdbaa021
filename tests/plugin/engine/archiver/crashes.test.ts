/**
 * A backup that is killed, at random moments and ahead of every single call to the store. LARDER_TEST_CRASHES says
 * how many random ones; 60 unless told.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BlobReader } from '../../../../plugin/engine/blob-reader.ts';
import { packKey } from '../../../../plugin/engine/format.ts';
import { sealKeyBytes } from '../../../../plugin/engine/master-key.ts';
import { RepositoryIndex } from '../../../../plugin/engine/repository-index.ts';
import type { Repository } from '../../../../plugin/engine/repository.ts';
import { listSnapshots } from '../../../../plugin/engine/snapshot.ts';
import { visitReferences } from '../../../../plugin/engine/tree-ids.ts';
import { differences, makeSite, restoreWithRestic, type BackupSite } from '../../../support/backup-site.ts';

const childScript = fileURLToPath(new URL('../../../support/back-up-once.ts', import.meta.url));
const crashes = Number(process.env['LARDER_TEST_CRASHES'] ?? 60);

test(`${crashes} backups killed at random moments lose no earlier restore point and block no later backup`, async (t) => {
  const site = await makeSite(t);
  let complete = new Set<string>();
  let killed = 0;
  let longest = 100;
  for (let round = 0; round < crashes; round++) {
    changeHome(site, round);
    const wasKilled = await backUpAndKill(site, randomInt(0, Math.ceil(longest)));
    if (wasKilled) killed++;
    longest = wasKilled ? longest * 1.2 : longest * 0.8; // so that about half are killed, however fast the machine
    complete = await assertNothingLost(site, complete);
    if (round % 10 === 9) assert.match(site.restic('check', '--no-lock'), /no errors were found/);
  }
  t.diagnostic(`${killed} of ${crashes} were killed before they ended; ${complete.size} restore points were made`);
  assert.ok(killed >= crashes / 3, 'most are killed in the middle');
  await assertNextBackupIsWhole(site);
});

test('a backup killed ahead of any call to the store loses no earlier restore point and blocks no later backup', async (t) => {
  for (let call = 1; ; call++) {
    assert.ok(call < 60, 'a backup ends');
    const site = await makeSite(t);
    changeHome(site, 0);
    const { snapshotId } = await site.backUp();
    changeHome(site, 1);
    const { code } = await ended(startBackUp(site, String(call)));
    const complete = await assertNothingLost(site, new Set([snapshotId]));
    assert.match(site.restic('check', '--no-lock'), /no errors were found/);
    if (code === 0) {
      t.diagnostic(`killed ahead of each of ${call - 1} calls`);
      return;
    }
    const next = await site.backUp();
    await assertNothingLost(site, new Set([...complete, next.snapshotId]));
    if (call % 5 === 0) await assertNextBackupIsWhole(site);
  }
});

/** Every restore point is complete, and all earlier ones are there. @returns all there are. */
async function assertNothingLost(site: BackupSite, earlier: ReadonlySet<string>): Promise<Set<string>> {
  const repository = await site.open();
  const { snapshots, unreadable } = await listSnapshots(repository);
  assert.deepEqual(unreadable, []);
  const ids = new Set<string>(snapshots.map(({ id }) => id));
  assert.deepEqual(
    [...earlier].filter((id) => !ids.has(id)),
    [],
  );
  await assertComplete(
    repository,
    snapshots.map(({ tree }) => tree),
  );
  return ids;
}

/** Every blob that the trees lead to is in the index, and its pack is there and long enough. */
async function assertComplete(repository: Repository, roots: readonly string[]): Promise<void> {
  const index = await RepositoryIndex.load(repository);
  const packs = new Map((await repository.listPacks()).map(({ id, sizeBytes }) => [packKey(id), sizeBytes]));
  const reader = new BlobReader(repository, index, 65_536);
  const seen = new Set<string>();
  const waiting = [...roots];
  const visit = (type: 'data' | 'tree', id: string): void => {
    if (seen.has(type + id)) return;
    seen.add(type + id);
    const entry = index.find(type, id);
    assert.ok(entry >= 0, `${type} ${id} is in no index`);
    const { pack, offset, length } = index.table(type).place(entry);
    assert.ok(offset + length <= (packs.get(packKey(index.packId(pack))) ?? 0), `${type} ${id} lies in no pack`);
    if (type === 'tree') waiting.push(id);
  };
  for (const root of waiting.splice(0)) visit('tree', root);
  for (let tree = waiting.pop(); tree !== undefined; tree = waiting.pop()) {
    visitReferences(await reader.read('tree', tree), tree, visit);
  }
  reader.close();
}

async function assertNextBackupIsWhole(site: BackupSite): Promise<void> {
  const { code, output } = await ended(startBackUp(site, 'never'));
  assert.equal(code, 0);
  const { snapshotId } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as { snapshotId: string };
  assert.deepEqual(readdirSync(join(site.location, 'locks')), [], 'the locks of the dead are gone');
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
  assert.deepEqual(differences(site.home, restoreWithRestic(site, snapshotId)), []);
}

/** What is there stays for the most part; a little is new, changed and deleted in each round. */
function changeHome(site: BackupSite, round: number): void {
  const folder = join(site.home, `folder-${round % 7}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `new-${round}`), randomBytes(60_000));
  writeFileSync(join(folder, 'changed'), `round ${round}`);
  writeFileSync(join(site.home, 'large'), Buffer.concat([Buffer.alloc(600_000, 'text\n'), randomBytes(900_000)]));
  rmSync(join(site.home, `folder-${(round + 3) % 7}`, `new-${round - 4}`), { force: true });
  assert.ok(statSync(folder).isDirectory());
}

/** Kills it so long after its walk began. @returns false when it had ended before. */
async function backUpAndKill(site: BackupSite, milliseconds: number): Promise<boolean> {
  const child = startBackUp(site, 'never');
  const end = ended(child);
  await Promise.race([end, child.stdout === null ? undefined : once(child.stdout, 'data')]);
  await Promise.race([end, wait(milliseconds)]);
  child.kill('SIGKILL');
  const { code, signal } = await end;
  assert.ok(code === 0 || signal === 'SIGKILL', `ended with ${code}`);
  return code !== 0;
}

function startBackUp(site: BackupSite, exitAtCall: string): ChildProcess {
  const key = sealKeyBytes(site.masterKey).toString('hex');
  const words = [childScript, site.location, key, site.home, site.cacheFolder, exitAtCall];
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

async function ended(child: ChildProcess): Promise<Ending> {
  let output = '';
  child.stdout?.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, output };
}
