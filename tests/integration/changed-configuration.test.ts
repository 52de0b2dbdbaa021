import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import test, { after, before, suite } from 'node:test';
import { connectSocket } from '../../plugin/platform/connect-socket.ts';
import { connectPerformer } from '../../plugin/protocol/client.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { RunningWorker } from '../support/running-worker.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

const warning = /larder\.toml was changed, and the worker still goes by what it was before/;

suite('a configuration that is changed while a worker runs', () => {
  const folder = suiteFolder();
  const file = `${folder}/larder.toml`;
  let installation: Installation;
  let worker: RunningWorker;

  before(async () => {
    installation = makeInstallation(folder, 1);
    installation.succeed('init', '--no-input', '--yes');
    worker = new RunningWorker(folder);
    await worker.start();
  });
  after(() => worker.stop());

  test('at first nothing is said, and doctor finds that it is in use', () => {
    assert.doesNotMatch(installation.run('accounts').stderr, warning);
    assert.match(installation.run('doctor').stdout, /The worker runs, with this configuration/);
  });

  test('root is told with each command, and by doctor', () => {
    appendFileSync(file, '\n[restore]\nundo_days = 3\n');
    assert.match(installation.run('accounts').stderr, warning);
    assert.match(installation.run('list', '--account', 'nobody').stderr, warning, 'also when it fails');
    assert.match(installation.run('doctor').stdout, warning);
    assert.doesNotMatch(installation.run('accounts', '--json').stderr, warning, 'programs are not');
  });

  test('the socket of an account tells nothing of it', async () => {
    const { hello, close } = await connectPerformer(() => connectSocket(`${folder}/run/accounts/u1.sock`));
    close();
    assert.equal(hello.account, 'u1');
    assert.equal(hello.settings, undefined);
  });

  test('what was changed back is as it was', () => {
    writeFileSync(file, readFileSync(file, 'utf8').replace('\n[restore]\nundo_days = 3\n', ''));
    assert.doesNotMatch(installation.run('accounts').stderr, warning);
  });

  test('a worker that is started anew goes by it', async () => {
    appendFileSync(file, '\n[restore]\nundo_days = 3\n');
    await worker.stop();
    await worker.start();
    assert.doesNotMatch(installation.run('accounts').stderr, warning);
  });
});
