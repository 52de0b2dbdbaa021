import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Failure } from '../../../plugin/domain/failure.ts';
import { lookAtPath } from '../../../plugin/platform/look-at-path.ts';
import { createPrivateFile, readSmallFile } from '../../../plugin/platform/secret-files.ts';
import { openPartFile } from '../../../plugin/platform/part-file.ts';
import { recordedAnswers } from '../../support/recorded-answers.ts';
import { runLarder, type Typed } from '../../support/run-larder.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

const folder = suiteFolder();
const files = { look: lookAtPath, openPart: openPartFile, readSmall: readSmallFile, createPrivate: createPrivateFile };
const { download, list } = recordedAnswers;
const newest = list.points[0]?.id;
const whole = { download: { ...download, problems: [], problemCount: 0 } };

function makeFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

function downloadTo(file: string, more: readonly string[] = [], typed: Typed = {}) {
  const argv = ['download', 'public_html', '--at', 'latest', '-o', file, ...more];
  return runLarder(argv, { own: 'maria', files, answers: whole, ...typed });
}

const offsets = ({ requests }: { requests: Awaited<ReturnType<typeof downloadTo>>['requests'] }) =>
  requests.flatMap((request) => (request.kind === 'download' ? [[request.point, request.offset]] : []));

test('a download is written beside its place and takes it when it is whole', async () => {
  const path = makeFolder('whole');
  const outcome = await downloadTo(join(path, 'x.zip'), [], { zip: Buffer.from('PK whole') });
  assert.equal(outcome.exitCode, 0);
  assert.deepEqual(readdirSync(path), ['x.zip']);
  assert.equal(readFileSync(join(path, 'x.zip'), 'utf8'), 'PK whole');
  assert.deepEqual(offsets(outcome), [[newest, 0]]);
});

test('what came before an interruption stays, and --continue asks for the rest of the same restore point', async () => {
  const path = makeFolder('interrupted');
  const failure = new Failure('interrupted', { action: 'download', after: 'the connection ended' });
  const failsAt: Typed['failsAt'] = (kind) => (kind === 'download' ? failure : undefined);
  const broken = await downloadTo(join(path, 'x.zip'), [], { zip: Buffer.from('PK be'), failsAt });
  assert.equal(broken.exitCode, 1);
  assert.match(broken.stderr, /with --continue fetches the rest/);
  assert.match(readdirSync(path).join(), /^x\.zip\.[0-9a-f]{8}\.part$/);
  const rest = await downloadTo(join(path, 'x.zip'), ['--continue'], { zip: Buffer.from('gun') });
  assert.deepEqual(offsets(rest), [[newest, 5]]);
  assert.match(rest.stderr, /Going on after 5 B/);
  assert.deepEqual(readdirSync(path), ['x.zip']);
  assert.equal(readFileSync(join(path, 'x.zip'), 'utf8'), 'PK begun');
});

test('another restore point or other paths are never continued with', async () => {
  const path = makeFolder('other');
  const failure = new Failure('interrupted', { action: 'download', after: 'x' });
  const failsAt: Typed['failsAt'] = (kind) => (kind === 'download' ? failure : undefined);
  await downloadTo(join(path, 'x.zip'), [], { failsAt });
  const other = await downloadTo(join(path, 'x.zip'), ['mail', '--continue']);
  assert.deepEqual(offsets(other), [[newest, 0]]);
});

test('without --continue it begins anew', async () => {
  const path = makeFolder('anew');
  const failure = new Failure('interrupted', { action: 'download', after: 'x' });
  const failsAt: Typed['failsAt'] = (kind) => (kind === 'download' ? failure : undefined);
  await downloadTo(join(path, 'x.zip'), [], { failsAt });
  assert.deepEqual(offsets(await downloadTo(join(path, 'x.zip'))), [[newest, 0]]);
  assert.equal(readFileSync(join(path, 'x.zip'), 'utf8'), 'PK');
});

test('a file that is there is replaced only after a yes', async () => {
  const path = makeFolder('there');
  const file = join(path, 'x.zip');
  writeFileSync(file, 'mine');
  assert.equal((await downloadTo(file)).exitCode, 2);
  const asked = await downloadTo(file, [], { isTerminal: true, stdin: 'n\n' });
  assert.equal(asked.exitCode, 130);
  assert.match(asked.stderr, /x\.zip is there already\. Replace it\?/);
  assert.equal(readFileSync(file, 'utf8'), 'mine');
  assert.equal((await downloadTo(file, ['--yes'])).exitCode, 0);
  assert.equal(readFileSync(file, 'utf8'), 'PK');
});

test('a place where nothing can be written is refused before anything is fetched', async () => {
  const path = makeFolder('place');
  writeFileSync(join(path, 'file'), '');
  for (const file of [path, join(path, 'missing/x.zip'), join(path, 'file/x.zip')]) {
    const outcome = await downloadTo(file);
    assert.equal(outcome.exitCode, 2, file);
    assert.deepEqual(offsets(outcome), []);
  }
});

test('a folder that may not be written to is refused', async () => {
  const path = makeFolder('locked');
  chmodSync(path, 0o500);
  const place = process.getuid?.() === 0 ? '/proc' : path; // root may write everywhere but there
  assert.equal((await downloadTo(join(place, 'x.zip'))).exitCode, 2);
});

test('with - the zip goes to standard output, and all text to standard error', async () => {
  const { exitCode, stdout, stderr, bytes } = await downloadTo('-', [], { zip: Uint8Array.of(0x50, 0x4b, 0xff, 0) });
  assert.equal(exitCode, 0);
  assert.equal(stdout, '');
  assert.deepEqual(Buffer.from(bytes), Buffer.of(0x50, 0x4b, 0xff, 0));
  assert.match(stderr, /Downloaded 38 files/);
});

for (const typed of [{ isTerminal: true }, {}]) {
  test(`a zip never goes ${typed.isTerminal === true ? 'to a terminal' : 'into JSON'}`, async () => {
    const outcome = await downloadTo('-', typed.isTerminal === true ? [] : ['--json'], typed);
    assert.equal(outcome.exitCode, 2);
    assert.deepEqual(offsets(outcome), []);
  });
}

test('what is not in the zip is named, with exit code 3', async () => {
  const path = makeFolder('problems');
  const { exitCode, stderr } = await downloadTo(join(path, 'x.zip'), [], { answers: { download } });
  assert.equal(exitCode, 3);
  assert.match(stderr, /pipe: neither file nor folder nor link/);
});

test('a time means the newest restore point not after it, as for a restore; a safety copy only its own id', async () => {
  const points = [
    { ...list.points[1], id: 'aa'.repeat(32), time: '2026-11-10T00:00:00.000Z' },
    { ...list.points[1], id: 'bb'.repeat(32), time: '2026-11-12T00:00:00.000Z', kind: 'before-restore' },
  ] as typeof list.points;
  const answers = { ...whole, list: { account: 'maria', points } };
  const pointFor = async (at: string) => {
    const path = join(folder, `${at.replaceAll(/\W/g, '')}.zip`);
    const argv = ['download', 'a', '--at', at, '-o', path];
    const outcome = await runLarder(argv, { own: 'maria', files, answers });
    return offsets(outcome)[0]?.[0] ?? outcome.exitCode;
  };
  assert.equal(await pointFor('latest'), 'aa'.repeat(32));
  assert.equal(await pointFor('2026-11-13'), 'aa'.repeat(32));
  assert.equal(await pointFor('bbbbbbbb'), 'bb'.repeat(32));
  assert.equal(await pointFor('2026-11-09'), 4);
});
