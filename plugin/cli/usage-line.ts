import type { Command } from './command.ts';

/** How a command is typed: `larder [--account NAME] backup [PATH…] [-m LABEL]`. */
export function usageLine({ name, usage, account, audience }: Command): string {
  const needed = audience === 'administrator' ? '--account NAME ' : '[--account NAME] ';
  const option = { needed, optional: '[--account NAME] ', none: '' }[account];
  return `larder ${option}${name} ${usage}`.trimEnd();
}

/** The same for somebody who must say which account is meant. */
export function usageLineWithAccount({ name, usage }: Command): string {
  return `larder --account NAME ${name} ${usage}`.trimEnd();
}
