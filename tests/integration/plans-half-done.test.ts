import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { findAccount } from '../../plugin/actions/find-account.ts';
import { mailJobEnding } from '../../plugin/actions/mail-endings.ts';
import { putBackLater } from '../../plugin/actions/put-back-later.ts';
import { retainedPoints } from '../../plugin/actions/retained-points.ts';
import type { Job } from '../../plugin/contracts/job-queue.ts';
import type { TreeWriter } from '../../plugin/contracts/tree-writer.ts';
import { Failure } from '../../plugin/domain/failure.ts';
import { needsRoot } from '../support/backup-site.ts';
import { compareTrees } from '../support/compare-trees.ts';
import { failsWith } from '../support/failures.ts';
import { asTheTenant, firstState, keepCopy, laterState } from '../support/plan-homes.ts';
import { openPlanSite, type PlanSite } from '../support/plan-site.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

suite('a restore that could not be put back at once', { skip: needsRoot }, () => {
  const folder = suiteFolder();
  const present = `${folder}/present`;
  let site: PlanSite;
  let plan: string;
  const account = () => findAccount(site.services, 'u1');
  const jobs = async () => site.services.jobs.list((await account()).generation, 10);

  before(async () => {
    site = await openPlanSite(folder);
    asTheTenant(site.home, firstState);
    await site.backUp();
    asTheTenant(site.home, laterState);
    keepCopy(site.home, present);
    ({ plan } = await site.plan({ mode: 'exact' }));
  });
  after(() => site.close());

  test('says that it is half done', async () => {
    let writers = 0;
    const openWriter: PlanSite['services']['openWriter'] = async (...order) => {
      writers += 1;
      if (writers > 1) throw new Failure('no-space', { path: site.home });
      return stoppedAtTheEnd(await site.services.openWriter(...order));
    };
    await failsWith('half-restored', () => site.run(plan, { services: { openWriter } }));
    assert.equal((await site.services.plans.find((await account()).generation, plan))?.state, 'writing');
    assert.notDeepEqual(compareTrees(present, site.home), []);
  });

  test('keeps its safety copy however old that is', async () => {
    const held = (await retainedPoints(site.services, await account())).filter(({ isHeld }) => isHeld);
    assert.deepEqual(
      held.map(({ kind }) => kind),
      ['before-restore'],
    );
  });

  test('is not told by mail to be as before', async () => {
    const { generation } = await account();
    const configuration = { ...site.services.configuration, mail: {} };
    const services = { ...site.services, configuration } as unknown as PlanSite['services'];
    const job = { id: 'j'.repeat(20), generation, kind: 'run-plan', state: 'failed', askedBy: '{"kind":"account"}' };
    const request = JSON.stringify({ kind: 'run-plan', account: 'u1', plan });
    assert.equal(await mailJobEnding(services, { ...job, request, createdAt: new Date() } as unknown as Job), false);
  });

  test('is left alone while somebody is at work', async () => {
    const { generation, name } = await account();
    const lock = await site.services.plans.lock(generation, name);
    assert.equal(await putBackLater(site.services), 0);
    lock.release();
  });

  test('is put into the queue by housekeeping, once, and then is as it was before', async () => {
    assert.equal(await putBackLater(site.services), 1);
    assert.equal(await putBackLater(site.services), 0);
    const [job, ...more] = await jobs();
    assert.ok(job !== undefined && more.length === 0);
    assert.deepEqual(JSON.parse(job.request), { kind: 'run-plan', account: 'u1', plan });
    await failsWith('interrupted', () => site.run(plan, { jobId: job.id }));
    assert.deepEqual(compareTrees(present, site.home), []);
    assert.equal(await putBackLater(site.services), 0);
  });
});

/** Everything is written, and then the writer is gone. */
function stoppedAtTheEnd(writer: TreeWriter): TreeWriter {
  const finish = writer.finish.bind(writer);
  return Object.assign(writer, {
    finish: async (...order: Parameters<typeof finish>) => {
      await finish(...order);
      throw new Failure('writer-stopped', { account: 'u1', problem: 'it was killed' });
    },
  });
}
