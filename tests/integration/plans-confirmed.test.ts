import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import test, { suite } from 'node:test';
import { findAccount } from '../../plugin/actions/find-account.ts';
import { isFailure } from '../../plugin/domain/failure.ts';
import { parseGeneration } from '../../plugin/domain/ids.ts';
import { parseJobId } from '../../plugin/domain/job.ts';
import { systemClock } from '../../plugin/platform/clock.ts';
import { needsRoot } from '../support/backup-site.ts';
import { failsWith } from '../support/failures.ts';
import { asTheTenant, keepCopy } from '../support/plan-homes.ts';
import { changesIn, listed, openSmall } from '../support/plan-trials.ts';

suite('what was confirmed is what runs', () => {
  for (const [what, change, changes] of [
    ['a file that would be replaced changed', 'echo newer > page-1', 1],
    ['a lost file is there again', 'echo again > page-2', 1],
    ['there is more to delete', 'mkdir more; echo 1 > more/1', 2],
    ['a link took the place of a folder', 'rm -r folder; ln -s /etc folder', 3],
    ['a link took the place of a file that is the same', 'rm page-3; ln -s /etc/passwd page-3', 1],
  ] as const) {
    test(`nothing is touched when ${what}`, async (t) => {
      const site = await openSmall(
        t,
        'mkdir folder; touch folder/{1,2,3}; for n in 1 2 3; do echo $n > page-$n; done',
        'echo changed > page-1; rm page-2; rm folder/2; echo new > new',
      );
      const { plan } = await site.plan({ mode: 'exact' });
      asTheTenant(site.home, change);
      keepCopy(site.home, `${site.folder}/present`);
      const failure = await site.run(plan).catch((error: unknown) => error);
      assert.ok(isFailure(failure, 'plan-changed'), String(failure));
      const facts = failure.facts as { changes: number; plan: string };
      assert.equal(facts.changes, changes);
      assert.deepEqual(changesIn(site), []);
      await site.run(facts.plan);
      assert.equal(readFileSync(`${site.home}/page-1`, 'utf8'), '1\n');
      assert.deepEqual(readdirSync(`${site.home}/folder`).toSorted(), ['1', '2', '3']);
    });
  }

  test('nothing outside the home is written through a link that stands on the way', async (t) => {
    const site = await openSmall(t, 'mkdir -p a/b; echo 1 > a/b/1', 'rm -r a');
    const outside = `${site.folder}/outside`;
    mkdirSync(`${outside}/b`, { recursive: true });
    execFileSync('chmod', ['-R', '777', outside]);
    asTheTenant(site.home, `ln -s ${outside} a`);
    const plan = await site.plan({ paths: ['a/b/1'] });
    assert.deepEqual(listed(plan), ['refused a']);
    await site.run(plan.plan);
    assert.deepEqual(readdirSync(`${outside}/b`), []);
  });

  test('a plan that nobody started in time is unknown, and so is another account’s, one that ran, and none at all', async (t) => {
    const site = await openSmall(t, 'echo 1 > a', 'rm a');
    const { plan } = await site.plan({});
    const clock = { ...systemClock, now: () => new Date(Date.now() + 31 * 60_000) };
    await failsWith('unknown-plan', () => site.run(plan, { services: { clock } }));
    const { generation } = await findAccount(site.services, 'u1');
    const [stored, entries] = [
      await site.services.plans.find(generation, plan),
      await site.services.plans.entries(generation, plan),
    ];
    assert.ok(stored !== undefined && entries !== undefined);
    const foreign = { ...stored, id: 'b'.repeat(20) };
    await site.services.plans.save(parseGeneration('f'.repeat(32)), foreign, entries);
    for (const id of [foreign.id, '', '../../x', `${plan}/`, plan.toUpperCase()]) {
      await failsWith('unknown-plan', () => site.run(id));
    }
    const job = parseJobId('j'.repeat(20));
    const receipt = await site.run(plan, { jobId: job });
    await failsWith('unknown-plan', () => site.run(plan, { jobId: parseJobId('k'.repeat(20)) }));
    const toldAgain = await site.run(plan, { jobId: job });
    assert.deepEqual(JSON.stringify(toldAgain), JSON.stringify(receipt));
  });

  test(
    'an account that is gone, or whose uid another customer has now, gets nothing',
    { skip: needsRoot },
    async (t) => {
      const site = await openSmall(t, 'echo 1 > a', 'rm a');
      const { plan } = await site.plan({});
      const file = `${site.folder}/accounts.json`;
      const accounts = JSON.parse(readFileSync(file, 'utf8')) as { uid: number }[];
      writeFileSync(file, '[]');
      await failsWith('unknown-account', () => site.run(plan));
      writeFileSync(file, JSON.stringify(accounts.map((account) => ({ ...account, uid: 20_555 }))));
      await failsWith('unknown-plan', () => site.run(plan));
      assert.ok(!existsSync(`${site.home}/a`));
    },
  );

  test('two restores of one account never write at once', async (t) => {
    const site = await openSmall(t, 'echo 1 > a', 'rm a');
    const { plan } = await site.plan({});
    const { generation } = await findAccount(site.services, 'u1');
    const lock = await site.services.plans.lock(generation, 'u1');
    await failsWith('busy', () => site.run(plan));
    lock.release();
    await site.run(plan);
  });
});
