import type { AccountInventory } from '../../protocol/inventory.ts';
import type { Command, Session } from '../command.ts';
import { describeFormer } from '../former-lines.ts';
import { describeMissing, renderAccounts, renderMissing, renderPlaces } from '../inventory-lines.ts';

export const inventoryCommand: Command = {
  name: 'inventory',
  usage: '[--yaml]',
  arguments: { least: 0, most: 0 },
  options: ['yaml'],
  account: 'optional',
  audience: 'everyone',
  run: async (given, session) => {
    const { page } = session;
    const accounts = (await ask(given.account, session)).map((inventory) => ({
      ...inventory,
      missing: inventory.missing.map((one) => ({ ...one, message: describeMissing(one, page) })),
    }));
    const answer = { accounts };
    const lines = given.has('yaml') ? await toYaml(answer) : render(accounts, session);
    return { schema: 'larder/inventory/1', answer, exitCode: 0, lines, notes: [] };
  },
};

async function ask(account: string, { perform, ownAccount }: Session): Promise<readonly AccountInventory[]> {
  const name = account === '' ? await ownAccount() : account;
  if (name !== undefined) return [await perform<'inventory'>({ kind: 'inventory', account: name })];
  return (await perform<'server-inventory'>({ kind: 'server-inventory' })).accounts;
}

function render(accounts: readonly AccountInventory[], { page }: Session): string[] {
  const [first] = accounts;
  if (first === undefined) return [page.texts.say('accounts.none')];
  const table = accounts.length === 1 ? renderPlaces(first.places, page) : renderAccounts(accounts, page);
  return [...table, '', ...renderMissing(accounts, page), ...describeFormer(accounts, page)];
}

/** The same as `--json`, one line for each value; every text in quotes: `NO` and `yes` are texts for older readers, too. */
async function toYaml(answer: object): Promise<string[]> {
  const [{ stringify }, { toJson }] = await Promise.all([import('yaml'), import('../json.ts')]);
  const whole: unknown = JSON.parse(toJson('larder/inventory/1', answer));
  return stringify(whole, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' })
    .trimEnd()
    .split('\n');
}
