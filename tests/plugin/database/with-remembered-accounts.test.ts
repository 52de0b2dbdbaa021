import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import type { Records } from '../../../plugin/contracts/records.ts';
import { withRememberedAccounts } from '../../../plugin/database/with-remembered-accounts.ts';
import type { PanelAccount } from '../../../plugin/domain/account.ts';
import { parseAccountName, parseGeneration } from '../../../plugin/domain/ids.ts';

const noon = new Date('2026-11-21T12:00:00Z');

function anAccount(name: string, uid: number): PanelAccount {
  const rest = { gid: uid, home: `/home/${name}`, databases: [], email: undefined, language: undefined };
  return { name: parseAccountName(name), uid, trustedUids: [], ...rest };
}

/** Counts how often the database is asked; each asking gives other generations. */
function countingRecords() {
  let asked = 0;
  const unused = () => Promise.reject(new Error('not asked for here'));
  const records: Records = {
    recordAccounts: (seen) => {
      asked += 1;
      return Promise.resolve(
        seen.map((account) => ({ ...account, generation: parseGeneration(`${asked}`.repeat(32)) })),
      );
    },
    findRepository: unused,
    listRepositories: unused,
    addRepository: unused,
    exchangeRepository: unused,
    listFormerRepositories: unused,
    addFormerRepository: unused,
    closeFormerRepository: unused,
    dropFormerRepository: unused,
    adoptGeneration: unused,
    addRun: unused,
    listRuns: async () => [],
    removeRunsBefore: async () => {},
    lastRuns: unused,
    close: unused,
  };
  return { remembering: withRememberedAccounts(records), asked: () => asked };
}

suite('accounts are remembered', () => {
  test('as long as the panel lists the same', async () => {
    const { remembering, asked } = countingRecords();
    const first = await remembering.recordAccounts([anAccount('maria', 1001)], noon);
    assert.deepEqual(await remembering.recordAccounts([anAccount('maria', 1001)], noon), first);
    assert.equal(asked(), 1);
  });

  test('but not when a name went to another uid', async () => {
    const { remembering } = countingRecords();
    const [before] = await remembering.recordAccounts([anAccount('maria', 1001)], noon);
    const [after] = await remembering.recordAccounts([anAccount('maria', 1009)], noon);
    assert.notEqual(after?.generation, before?.generation);
  });

  test('and not for longer than a minute, also when the clock was set back', async () => {
    for (const minutes of [2, -2]) {
      const { remembering, asked } = countingRecords();
      await remembering.recordAccounts([anAccount('maria', 1001)], noon);
      await remembering.recordAccounts([anAccount('maria', 1001)], new Date(noon.getTime() + minutes * 60_000));
      assert.equal(asked(), 2);
    }
  });
});
