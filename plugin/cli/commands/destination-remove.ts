import type { AccountInventory } from '../../protocol/inventory.ts';
import { askFirst } from '../ask-first.ts';
import type { Command } from '../command.ts';
import { showText } from '../show-text.ts';

export const destinationRemoveCommand: Command = {
  name: 'destination remove',
  usage: 'NAME [--dry-run]',
  arguments: { least: 1, most: 1 },
  options: ['dry-run'],
  account: 'none',
  audience: 'administrator',
  run: async (given, { page, perform, confirm, destinations }) => {
    const { texts } = page;
    const [destination = ''] = given.arguments;
    const { file, lines } = await destinations.planRemove(destination);
    const { accounts } = await perform<'server-inventory'>({ kind: 'server-inventory' });
    const stays = countStaying(accounts, destination);
    const isDry = given.has('dry-run');
    const told = [
      texts.say(isDry ? 'destination.wouldRemove' : 'destination.removed', { file }),
      ...lines.map((line) => `  ${showText(line)}`),
      texts.say('destination.stays', { destination, points: page.number(stays.points), count: stays.accounts }),
    ];
    const answer = { destination, file, lines, ...stays, isWritten: !isDry };
    const result = { schema: 'larder/destination-remove/1', answer, exitCode: 0, notes: [] } as const;
    if (isDry) return { ...result, lines: told };
    const facts = { destination, points: page.number(stays.points), count: stays.accounts };
    await askFirst({ confirm }, texts.say('destination.removeQuestion', facts), 'destination remove');
    await destinations.remove(destination);
    return { ...result, lines: [...told, texts.say('destination.restart')] };
  },
};

/** What will lie there and be looked after by nobody. */
function countStaying(accounts: readonly AccountInventory[], name: string): { accounts: number; points: number } {
  const there = accounts.flatMap(({ places }) =>
    places.filter(({ destination, points, newestAt }) => {
      return destination === name && ((points ?? 0) > 0 || newestAt !== undefined);
    }),
  );
  return { accounts: there.length, points: there.reduce((sum, { points }) => sum + (points ?? 0), 0) };
}
