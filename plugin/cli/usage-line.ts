import type { Command } from './command.ts';

/** How a command is typed: `larder --account NAME backup [PATH…] [-m LABEL]`. */
export function usageLine({ name, usage, account }: Command): string {
  const option = { needed: '--account NAME ', optional: '[--account NAME] ', none: '' }[account];
  return `larder ${option}${name} ${usage}`.trimEnd();
}
