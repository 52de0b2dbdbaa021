import { Failure } from '../../domain/failure.ts';
import { nearestWord } from '../../domain/nearest-word.ts';
import type { Command, Result } from '../command.ts';
import { commandsOfGroup } from '../command-group.ts';
import { renderCommandHelp, renderGroupHelp, renderOverview } from '../help-lines.ts';
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

/**
 * Help for the command `name`, for those that begin with it as a word, or about all when it is empty.
 * @throws {Failure} `unknown-command`.
 */
export function explain(name: string, commands: readonly Command[], page: Page): Result {
  if (name === '') return toResult(undefined, renderOverview(commands, page));
  const group = commandsOfGroup(name, commands);
  const isGroup = group.length > 1 && commands.every((command) => command.name !== name);
  if (isGroup) return toResult(undefined, renderGroupHelp(name, group, page));
  const command = findHelp(name, commands, page);
  return toResult(command.name, renderCommandHelp(command, page, command.name === name ? group : []));
}

function toResult(command: string | undefined, lines: string[]): Result {
  const answer = { command, text: lines.join('\n') };
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
