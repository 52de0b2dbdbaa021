import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import type { Panel } from '../../plugin/contracts/panel.ts';
import type { PanelAccount } from '../../plugin/domain/account.ts';
import { failsWith } from '../support/failures.ts';

/** The least that every panel knows about an account. */
export interface PanelUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface PanelFixture {
  /** A panel with these users in its own records. */
  open(context: TestContext, users: readonly PanelUser[]): Panel;
  /** A panel whose records cannot be read as records. */
  openDamaged(context: TestContext): Panel;
  readonly kind: string;
}

const maria: PanelUser = { name: 'maria', uid: 20001, gid: 20001, home: '/srv/homes/maria' };
const nikos: PanelUser = { name: 'nikos', uid: 20002, gid: 20000, home: '/srv/homes/nikos' };

/** What every panel promises (`plugin/contracts/panel.ts`). */
export function testPanel(title: string, fixture: PanelFixture): void {
  suite(title, () => {
    test('it says which kind of panel it is', (t) => assert.equal(fixture.open(t, []).kind, fixture.kind));

    test('a panel without customers has no accounts', async (t) => {
      assert.deepEqual(await fixture.open(t, []).listAccounts(), []);
    });

    test('every account comes with its uid, gid and home, in the order of names', async (t) => {
      const accounts = await fixture.open(t, [nikos, maria]).listAccounts();
      assert.deepEqual(accounts.map(pickUser), [maria, nikos]);
    });

    test('two accounts with one name are refused', async (t) => {
      const panel = fixture.open(t, [maria, { ...nikos, name: 'maria' }]);
      const facts = await failsWith('configuration-invalid', () => panel.listAccounts());
      assert.match(facts.problem, /maria/);
    });

    test('two accounts with one uid are refused', async (t) => {
      const panel = fixture.open(t, [maria, { ...nikos, uid: maria.uid }]);
      const facts = await failsWith('configuration-invalid', () => panel.listAccounts());
      assert.match(facts.problem, /20001/);
    });

    test('a name that could lead out of a folder is refused', async (t) => {
      const panel = fixture.open(t, [{ ...maria, name: '../maria' }]);
      await failsWith('configuration-invalid', () => panel.listAccounts());
    });

    test('root is never an account', async (t) => {
      const panel = fixture.open(t, [{ ...maria, uid: 0 }]);
      const accounts = await panel.listAccounts().catch(() => []);
      assert.deepEqual(accounts, []);
    });

    test('damaged records are refused with file and line', async (t) => {
      const facts = await failsWith('configuration-invalid', () => fixture.openDamaged(t).listAccounts());
      assert.ok(facts.file.startsWith('/') && facts.line >= 1 && facts.hint !== '');
    });
  });
}

function pickUser({ name, uid, gid, home }: PanelAccount): PanelUser {
  return { name, uid, gid, home };
}
