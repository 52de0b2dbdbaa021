import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { commandNames } from '../../../plugin/cli/command-names.ts';
import { commands } from '../../../plugin/cli/commands.ts';
import { loadCommands } from '../../../plugin/cli/load-commands.ts';

suite('a command is loaded alone, wherever it stands among the options', () => {
  for (const command of commands) {
    if (['help', 'man', 'complete'].includes(command.name) || command.name.includes(' ')) continue;
    test(command.name, async () => {
      assert.deepEqual(await loadCommands([command.name]), [command]);
      assert.deepEqual(await loadCommands(['--account', 'list', '--json', command.name, 'help']), [command]);
    });
  }
});

suite('all commands are loaded for', () => {
  const lines = [[], ['--help'], ['help', 'list'], ['lits'], ['man', 'list'], ['--account', 'list'], ['constructor']];
  for (const argv of lines) {
    test(`larder ${argv.join(' ')}`, async () => assert.equal(await loadCommands(argv), commands));
  }
});

test('the names of all commands are known without loading them', () => {
  const typed = commands.filter(({ audience }) => audience !== 'programs');
  assert.deepEqual(
    commandNames,
    typed.map(({ name }) => name),
  );
});

test('the version needs no command', async () => {
  assert.deepEqual(await loadCommands(['--version', '--json']), []);
});
