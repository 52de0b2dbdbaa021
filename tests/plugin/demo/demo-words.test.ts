import assert from 'node:assert/strict';
import test from 'node:test';
import { readDemoWords } from '../../../plugin/demo/demo-words.ts';

const root = { uid: 0, environment: { HOME: '/root' } };
const user = { uid: 1000, environment: { HOME: '/home/u' } };

test('root keeps the demo where services keep their state, a user in the folder for that', () => {
  assert.equal(readDemoWords([], root)?.folder, '/var/lib/larder-demo');
  assert.equal(readDemoWords([], user)?.folder, '/home/u/.local/state/larder-demo');
  const environment = { ...user.environment, XDG_STATE_HOME: '/s' };
  assert.equal(readDemoWords([], { ...user, environment })?.folder, '/s/larder-demo');
});

test('a folder is meant from where npm was called', () => {
  const environment = { INIT_CWD: '/home/u/work' };
  assert.equal(readDemoWords(['--folder', 'demo'], { uid: 1000, environment })?.folder, '/home/u/work/demo');
});

test('without words it has 40 days and whole homes', () => {
  const { days, share, isFresh } = readDemoWords([], root) ?? {};
  assert.deepEqual([days, share, isFresh], [40, 1, false]);
});

for (const words of [['--frsh'], ['now'], ['--days', '2'], ['--days', 'many'], ['--days', '1e9'], ['--folder']]) {
  test(`${words.join(' ')} is not understood`, () => assert.equal(readDemoWords(words, root), undefined));
}
