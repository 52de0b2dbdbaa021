import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import { needsRoot } from '../support/backup-site.ts';
import { giveAway, makeInstallation } from '../support/installation.ts';
import { openInstallation } from '../support/open-installation.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test(
  'a server that is lost goes on from its own restore point, and the key that was kept elsewhere',
  { skip: needsRoot },
  async (t) => {
    const larder = makeInstallation(temporaryFolder(t), 1);
    const { folder } = larder;
    writeFileSync(`${larder.homes[0]}/menu.txt`, 'Μουσακάς');
    giveAway(larder.homes[0] ?? '', 20_001);
    larder.succeed('init', '--no-input', '--yes');
    larder.succeed('nightly');
    const performing = await openInstallation(t, larder);
    const report = await performRequest<'system-backup'>(performing, { kind: 'system-backup' });
    assert.equal(report.failure, undefined);
    const keys = await performRequest<'keys-restic-env'>(performing, { kind: 'keys-restic-env', account: '_system' });
    await performing.close();
    const key = readFileSync(`${folder}/state/keys/server.key`);
    const before = larder.json('--account', 'u1', 'list');

    const old = `${folder}/old`;
    restic(keys, 'restore', 'latest', '--target', old);
    const copy = `${old}/files${folder}/state/system`;
    const state = `${folder}/state-anew`;
    mkdirSync(state, { mode: 0o700 });
    execFileSync('cp', ['-a', `${copy}/keys`, `${copy}/server-id`, state]);
    execFileSync('cp', ['-a', `${copy}/metadata.sqlite`, `${state}/metadata.db`]);
    writeFileSync(`${state}/keys/server.key`, key, { mode: 0o600 });
    const settings = readFileSync(`${folder}/larder.toml`, 'utf8').replace(`${folder}/state`, state);
    writeFileSync(`${folder}/larder.toml`, settings);
    chmodSync(`${folder}/larder.toml`, 0o600);

    assert.deepEqual(larder.json('--account', 'u1', 'list'), before);
    larder.succeed('--account', 'u1', 'restore', 'menu.txt', '--at', 'latest', '--to', `${folder}/back`);
    assert.equal(readFileSync(`${folder}/back/menu.txt`, 'utf8'), 'Μουσακάς');
    larder.succeed('nightly');
    const after = larder.json('--account', 'u1', 'list') as { points: unknown[] };
    assert.equal(after.points.length, (before as { points: unknown[] }).points.length + 1, 'in the same repository');
  },
);

function restic({ repository, password }: { repository: string; password: string }, ...words: readonly string[]): void {
  const env = { PATH: process.env['PATH'], RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: password };
  execFileSync('restic', ['--no-cache', ...words], { env, stdio: 'pipe' });
}
