import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openCopySite as open } from '../support/copy-site.ts';
import { hasSshd, startSshd } from '../support/sshd.ts';

test('a copy on SFTP is as good', { skip: hasSshd ? false : 'openssh-server is not installed' }, async (t) => {
  const sshd = await startSshd();
  t.after(() => sshd.stop());
  const { host, port, user, path, hostKey, keyFile } = sshd.destination('copies');
  const site = open(t);
  const lines = [
    '[[destinations]]',
    'name = "shed"',
    'kind = "sftp"',
    `host = "${host}"`,
    `port = ${port}`,
    `user = "${user}"`,
  ];
  const rest = [`path = "${path}"`, `host_key = "${hostKey}"`, `key_file = "${keyFile}"`];
  appendFileSync(`${site.folder}/larder.toml`, `${[...lines, ...rest].join('\n')}\n`);
  site.succeed('init');
  site.succeed('nightly');
  site.succeed('check', '--read-data', '--from', 'shed');
  const { password } = site.json('--account', 'u1', 'keys', 'restic-env');
  const [folder = ''] = readdirSync(path).filter((name) => name.startsWith('u1-'));
  const env = { PATH: process.env['PATH'], RESTIC_REPOSITORY: join(path, folder), RESTIC_PASSWORD: String(password) };
  const restic = spawnSync('restic', ['--no-cache', 'check', '--read-data'], { env, encoding: 'utf8' });
  assert.equal(restic.status, 0, restic.stderr);
});
