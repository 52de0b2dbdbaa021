import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

/** Every file that is loaded with `file`, before anything is asked for. */
function loadedWith(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  if (!file.endsWith('.ts')) return found;
  const source = readFileSync(file, 'utf8');
  for (const [, names = '', specifier = ''] of source.matchAll(/^import (?!type )([^;]*?)from '([^']+)';/gm)) {
    const isOnlyTypes = /^\{(?:\s*type [^,}]+,?)+\s*\}\s*$/.test(names);
    if (!isOnlyTypes) loadedWith(specifier.startsWith('.') ? join(dirname(file), specifier) : specifier, found);
  }
  return found;
}

function filesOf(command: string): string[] {
  const starts = [
    'plugin/main-cli.ts',
    'plugin/main-command.ts',
    `plugin/cli/commands/${command}.ts`,
    'plugin/main-connect.ts',
  ];
  return [...starts.reduce((found, file) => loadedWith(file, found), new Set<string>())];
}

const commands = ['status', 'list', 'complete', 'backup', 'restore', 'browse'];
for (const command of commands) {
  test(`larder ${command} over a socket loads no engine, no adapters, no packages`, () => {
    const files = filesOf(command);
    const heavy = files.filter(
      (file) => !/^(?:plugin\/(?:main-|cli\/|protocol\/|domain\/|platform\/)|node:)/.test(file),
    );
    assert.deepEqual(heavy, []);
    assert.ok(!files.some((file) => /main-(?:performer|worker|services|doctor)|platform\/configuration/.test(file)));
    assert.ok(files.includes('plugin/protocol/client.ts'));
  });

  test(`larder ${command} imports no module of Node that takes long to import`, () => {
    const imported = filesOf(command).filter((file) => file.startsWith('node:'));
    assert.deepEqual(imported, ['node:path']);
  });
}
