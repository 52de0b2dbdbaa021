import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createRecoveryIdentity } from '../../plugin/platform/create-keys.ts';
import { isRoot } from '../support/backup-site.ts';
import { compareTrees } from '../support/compare-trees.ts';
import { openCopySite } from '../support/copy-site.ts';
import { commandsOf, runCommands } from '../support/runbook.ts';

const page = 'docs/how-to/recover-without-larder.md';
const programs = ['age', 'restic', 'ls'];
const missing = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined);

test(
  'the page for the day on which everything is lost brings every home back, with age and restic alone',
  { skip: missing.length > 0 && `${missing.join(', ')} is not installed` },
  async (t) => {
    const site = openCopySite(t, 2);
    const { folder, homes } = site;
    site.succeed('init');
    site.succeed('nightly');
    const key = join(folder, 'recovery-key-2.txt');
    renameSync(join(folder, 'state/recovery/recovery-key-2.txt'), key);
    for (const lost of ['state', 'run', 'larder.toml', 'accounts.json'])
      rmSync(join(folder, lost), { recursive: true, force: true });
    const [first = '', second = ''] = readdirSync(join(folder, 'backup')).toSorted();
    const filled = { backup: join(folder, 'backup'), key, restored: join(folder, 'restored') };
    const commands = commandsOf(page, /^## [123]\./);

    const wrong = join(folder, 'wrong.txt');
    writeFileSync(wrong, `${(await createRecoveryIdentity()).identity}\n`);
    const failed = runCommands(commands, {
      folder,
      programs,
      filled: { ...filled, key: wrong, repository: `${filled.backup}/${first}` },
    });
    assert.notEqual(failed.status, 0, 'with another key nothing opens');
    assert.equal(existsSync(filled.restored), false);

    const run = runCommands(commands, {
      folder,
      programs,
      filled: { ...filled, repository: `${filled.backup}/${first}` },
    });
    assert.equal(run.status, 0, run.stdout + run.stderr);
    assert.match(run.stdout, /no errors were found/);
    assert.deepEqual(readdirSync(join(folder, 'bin')).toSorted(), ['age', 'ls', 'restic', 'sh']);
    const owners = isRoot;
    for (const [home, restored] of [
      [homes[0], 'maria'],
      [homes[0], first],
      [homes[1], second],
    ]) {
      assert.deepEqual(compareTrees(home ?? '', join(filled.restored, restored ?? '', 'files'), { owners }), []);
    }
  },
);
