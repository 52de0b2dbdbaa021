import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { parseOptions } from '../../../bench/options.ts';
import { scenarios } from '../../../bench/scenarios/registry.ts';

test('without names every scenario runs, three times, at full size', () => {
  const options = parseOptions([]);
  assert.deepEqual(options.scenarios, scenarios);
  assert.deepEqual([options.rounds, options.size], [3, 'full']);
});

test('names, size, runs and tools can be chosen', () => {
  const options = parseOptions(['first-backup', '--size=small', '--runs', '5', '--tools', 'tar,larder']);
  assert.deepEqual(
    options.scenarios.map(({ name }) => name),
    ['first-backup'],
  );
  assert.deepEqual([options.size, options.rounds, options.tools], ['small', 5, ['tar', 'larder']]);
});

suite('what makes no sense is refused with what would', () => {
  const cases = [
    { words: ['backup-first'], says: /first-backup/ },
    { words: ['--size=big'], says: /small or full/ },
    { words: ['--runs=0'], says: /1 to 99/ },
    { words: ['--tools=duplicity'], says: /restic/ },
  ];
  for (const { words, says } of cases) test(words.join(' '), () => assert.throws(() => parseOptions(words), says));
});
