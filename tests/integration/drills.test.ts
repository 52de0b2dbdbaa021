import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import type { DrillReport } from '../../plugin/protocol/proof.ts';
import type { ProvenReport } from '../../plugin/protocol/proven.ts';
import { isRoot } from '../support/backup-site.ts';
import { change, flipBit } from '../support/damage.ts';
import { failsWith } from '../support/failures.ts';
import { openProofSite, type ProofSite } from '../support/proof-site.ts';

const drill = async (site: ProofSite): Promise<DrillReport> => {
  const { drills } = await site.perform({ kind: 'drill', account: 'u1', which: 'account' });
  assert.ok(drills[0] !== undefined);
  return drills[0];
};

const fail = (what: string): never => {
  throw new Error(`there is not ${what}`);
};

const newest = async (site: ProofSite) => {
  const { points } = await site.perform({ kind: 'list', account: 'u1' });
  const point = points.at(-1);
  assert.ok(point !== undefined);
  return point;
};

suite('a drill really restores an account', () => {
  test('what is right passes, is told with the restore point, and leaves nothing behind', async (t) => {
    const site = await openProofSite(t);
    const point = await site.backUp();
    const report = await drill(site);
    assert.deepEqual(report.problems, []);
    assert.equal(report.outcome, 'passed');
    assert.equal(report.point, point);
    assert.equal(report.files.restored, report.files.compared);
    assert.ok(report.files.bytes > 70_000);
    assert.deepEqual(report.sites, [{ path: 'public_html', missing: [] }]);
    assert.deepEqual(
      report.steps.map(({ step, isGood }) => [step, isGood]),
      [
        ['restore', true],
        ['compare', true],
        ['required', true],
      ],
    );
    assert.equal((await newest(site)).provenAt !== undefined, true);
    const { provenAt } = await site.perform({ kind: 'status', account: 'u1' });
    assert.equal(provenAt, (await newest(site)).provenAt);
    assert.equal((await site.perform({ kind: 'accounts' })).accounts[0]?.provenAt, provenAt);
    const { drills, proven } = await site.perform({ kind: 'drills', account: 'u1', limit: 5 });
    assert.deepEqual(drills, [report]);
    const { pointTime, files } = report;
    const seconds = report.steps[0]?.seconds;
    const counts = { files: files.compared, bytes: files.bytes, databases: 0, rows: 0 };
    const everything = { at: provenAt, point, pointTime, seconds, ...counts };
    assert.deepEqual(proven, { everything, filesOnly: undefined, failed: undefined });
    const ofAll = await site.perform({ kind: 'drills', account: undefined, limit: 5 });
    assert.equal(ofAll.proven, undefined, 'of no single account');
    assert.deepEqual(readdirSync(join(site.folder, 'state/drills')), []);
  });

  test('in a sandbox that the account cannot reach, as a user of its own', async (t) => {
    let seen: { readonly mode: number; readonly uid: number } | undefined;
    const site = await openProofSite(t);
    const watched = await openProofSite(t, {
      openWriter: async (account, target, lock, after) => {
        assert.ok(target.kind === 'folder');
        const writer = await site.services.openWriter(account, target, lock, after);
        const { mode } = statSync(join(target.path, '..'));
        seen = { mode: mode & 0o777, uid: account.uid };
        return writer;
      },
    });
    await watched.backUp();
    const before = statSync(join(watched.home, 'mail/inbox'), { bigint: true }).ctimeNs;
    const { outcome, isolation } = await drill(watched);
    assert.equal(outcome, 'passed');
    assert.equal(isolation.uid, isRoot ? 64_998 : undefined);
    assert.deepEqual(seen, { mode: 0o700, uid: isRoot ? 64_998 : (process.getuid?.() ?? 0) });
    assert.equal(statSync(join(watched.home, 'mail/inbox'), { bigint: true }).ctimeNs, before);
  });
});

/** As the administrator: every account with its newest drill, and that one in detail. */
async function seesDrills(site: ProofSite, proven: ProvenReport): Promise<void> {
  const { accounts, days } = await site.perform({ kind: 'server-drills' });
  const [{ newest: line, ...account } = fail('one account')] = accounts;
  assert.deepEqual([account, days], [{ account: 'u1', state: 'failed' }, 30]);
  const shown = await site.perform({ kind: 'show-drill', drill: line?.id ?? '' });
  const { destination, problems } = shown.drill;
  assert.deepEqual([destination, problems[0], problems.length], ['local', line?.problem, line?.problems]);
  assert.deepEqual([shown.before?.outcome, shown.before?.at, shown.proven], ['passed', proven.everything?.at, proven]);
  await failsWith('unknown-drill', () => site.perform({ kind: 'show-drill', drill: 'nine-nine' }));
}

test('after a drill that failed the account is told so, beside what was proven before', async (t) => {
  const site = await openProofSite(t);
  const good = await site.backUp();
  assert.equal((await drill(site)).outcome, 'passed');
  const [largest = ''] = site.packs().toSorted((left, right) => statSync(right).size - statSync(left).size);
  change(largest, flipBit(40_000));
  const { pointTime } = await drill(site);
  const { proven, provenAt } = await site.perform({ kind: 'status', account: 'u1' });
  assert.equal(proven.everything?.point, good);
  assert.equal(proven.everything.at, provenAt);
  assert.deepEqual([proven.failed?.fault, proven.failed?.pointTime], ['incomplete', pointTime]);
  assert.ok(Date.parse(proven.failed?.at ?? '') >= Date.parse(provenAt ?? ''));
  await seesDrills(site, proven);
});

suite('a drill that must fail fails:', () => {
  test('a damaged pack', async (t) => {
    const site = await openProofSite(t);
    await site.backUp();
    const [largest = ''] = site.packs().toSorted((left, right) => statSync(right).size - statSync(left).size);
    change(largest, flipBit(40_000));
    const report = await drill(site);
    assert.equal(report.outcome, 'failed');
    assert.ok(report.files.missing > 0);
    assert.ok(report.problems.some(({ kind }) => kind === 'files-missing'));
    const point = await newest(site);
    assert.equal(point.provenAt, undefined);
    assert.deepEqual(point.damage?.kinds, ['drill-failed']);
  });

  test('a pack that is gone', async (t) => {
    const site = await openProofSite(t);
    await site.backUp();
    for (const pack of site.packs()) rmSync(pack);
    const { drills } = await site
      .perform({ kind: 'drill', account: undefined, which: 'all' })
      .catch(() => ({ drills: [] }));
    assert.ok(drills.every(({ outcome }) => outcome === 'failed'));
    assert.equal((await newest(site)).provenAt, undefined);
  });

  test('a site without its wp-config.php', async (t) => {
    const site = await openProofSite(t);
    rmSync(join(site.home, 'public_html/wp-config.php'));
    await site.backUp();
    const report = await drill(site);
    assert.equal(report.outcome, 'failed');
    assert.deepEqual(report.problems, [{ kind: 'required-missing', name: 'public_html', detail: 'wp-config.php' }]);
    assert.equal((await newest(site)).damage, undefined, 'the restore point itself is as the home was');
  });

  test('a file that the writer leaves out, and one that it changes', async (t) => {
    const site = await openProofSite(t);
    const faulty = await openProofSite(t, {
      openWriter: async (account, target, lock, after) => {
        const writer = await site.services.openWriter(account, target, lock, after);
        const finish = writer.finish.bind(writer);
        writer.finish = async (attributes) => {
          const report = await finish(attributes);
          assert.ok(target.kind === 'folder');
          rmSync(join(target.path, 'mail/inbox'));
          writeFileSync(join(target.path, 'public_html/index.php'), '<?php // 35 bytes, but others than thes');
          return report;
        };
        return writer;
      },
    });
    await faulty.backUp();
    const { outcome, files } = await drill(faulty);
    assert.equal(outcome, 'failed');
    assert.deepEqual([files.missing, files.different], [1, 1]);
    assert.deepEqual(files.paths.toSorted(), ['mail/inbox', 'public_html/index.php']);
  });

  test('no room for the sandbox: nothing is written, and nothing is said about the restore point', async (t) => {
    const site = await openProofSite(t);
    const full = await openProofSite(t, {
      sandboxes: {
        ...site.services.sandboxes,
        open: async () => ({ ...(await site.services.sandboxes.open()), freeBytes: () => 1000 }),
      },
    });
    await full.backUp();
    const report = await drill(full);
    assert.deepEqual(report.problems, [{ kind: 'no-space' }]);
    assert.equal(report.files.restored, 0);
    assert.equal((await newest(full)).damage, undefined);
  });
});

test('what is due is done, and once a week chance chooses', async (t) => {
  const site = await openProofSite(t);
  await site.backUp();
  const due = async () => {
    const { drills } = await site.perform({ kind: 'drill', account: undefined, which: 'due' });
    return drills.map(({ reason }) => reason);
  };
  assert.deepEqual(await due(), ['due'], 'it never had one');
  assert.deepEqual(await due(), ['picked'], 'it is nobody’s turn');
  assert.deepEqual(await due(), []);
});

test('what drills that were killed left is removed by the next', async (t) => {
  const site = await openProofSite(t);
  await site.backUp();
  const left = join(site.folder, 'state/drills/999999999-dead');
  await site.services.sandboxes.open().then(async (sandbox) => sandbox.remove());
  writeFileSync(left, '');
  assert.equal((await drill(site)).outcome, 'passed');
  assert.equal(existsSync(left), false);
  assert.equal(readFileSync(join(site.home, 'mail/inbox'), 'utf8').startsWith('Καλημέρα'), true);
});
