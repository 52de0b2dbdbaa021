import type { Command } from './command.ts';

/** The commands that people type whose first word is `group` and that have a second: `keys rotate` of `keys`. */
export function commandsOfGroup(group: string, commands: readonly Command[]): Command[] {
  return commands.filter(({ name, audience }) => audience !== 'programs' && name.startsWith(`${group} `));
}
