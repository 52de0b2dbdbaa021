import { Failure } from '../../domain/failure.ts';
import { nearestWord } from '../../domain/nearest-word.ts';
import type { Command, Result } from '../command.ts';
import { renderCommandHelp, renderOverview } from '../help-lines.ts';
import type { Page } from '../page.ts';

/** `help`, which knows `commands` and itself. */
export function createHelpCommand(commands: readonly Command[]): Command {
  const help: Command = {
    name: 'help',
    usage: '[COMMAND]',
    arguments: { least: 0, most: 2 },
    options: [],
    account: 'none',
    audience: 'everyone',
    run: (given, { page }) => Promise.resolve(explain(given.arguments.join(' '), [...commands, help], page)),
  };
  return help;
}

/** Help for the command `name`, or about all when it is empty. @throws {Failure} `unknown-command`. */
export function explain(name: string, commands: readonly Command[], page: Page): Result {
  const command = name === '' ? undefined : findHelp(name, commands, page);
  const lines = command === undefined ? renderOverview(commands, page) : renderCommandHelp(command, page);
  const answer = { command: command?.name, text: lines.join('\n') };
  return { schema: 'larder/help/1', answer, exitCode: 0, lines, notes: [] };
}

/** The command called `name`, or that begins with it. @throws {Failure} `unknown-command`. */
export function findHelp(name: string, commands: readonly Command[], { texts }: Page): Command {
  const known = commands.filter(({ audience }) => audience !== 'programs');
  const found = known.find((command) => command.name === name || command.name.split(' ')[0] === name);
  if (found !== undefined) return found;
  const nearest = nearestWord(
    name,
    known.map((command) => command.name),
  );
  const word = nearest === undefined ? undefined : `larder help ${nearest}`;
  const hint = word === undefined ? texts.say('usage.seeHelp') : texts.say('usage.didYouMean', { word });
  throw new Failure('unknown-command', { command: name, hint });
}
