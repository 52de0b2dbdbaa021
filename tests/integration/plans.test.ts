import assert from 'node:assert/strict';
import { existsSync, globSync, lstatSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import test, { suite } from 'node:test';
import { findAccount } from '../../plugin/actions/find-account.ts';
import { foreseeDraft } from '../../plugin/actions/foresee-draft.ts';
import type { Services } from '../../plugin/actions/services.ts';
import type { ObjectStore } from '../../plugin/contracts/object-store.ts';
import { emptyDraft, type Draft } from '../../plugin/domain/draft.ts';
import { needsRoot } from '../support/backup-site.ts';
import { compareTrees } from '../support/compare-trees.ts';
import { failsWith } from '../support/failures.ts';
import { asTheTenant } from '../support/plan-homes.ts';
import { toFolder } from '../support/plan-site.ts';
import { changesIn, listed, openLater, openSmall, undo } from '../support/plan-trials.ts';
import { watchStore } from '../support/watch-store.ts';

suite('a restore that makes everything exactly as it was', () => {
  test('leaves the home as it was backed up, and undone as it was before, and so on', async (t) => {
    const { site, past, present: before } = await openLater(t);
    const plan = await site.plan({ mode: 'exact' });
    const receipt = await site.run(plan.plan);
    assert.deepEqual([receipt.problems, receipt.counts], [[], plan.counts]);
    assert.deepEqual(compareTrees(past, site.home), []);
    assert.deepEqual((await undo(site)).warnings, []);
    assert.deepEqual(compareTrees(before, site.home), []);
    await undo(site);
    assert.deepEqual(compareTrees(past, site.home), []);
    await undo(site);
    assert.deepEqual(compareTrees(before, site.home), []);
  });

  test('deletes only below the folders that were chosen', async (t) => {
    const site = await openSmall(
      t,
      'mkdir -p a/b c; touch a/b/1 c/2',
      'touch a/new a/b/new c/new new; mkdir -p a/b/more/deep; touch a/b/more/deep/x',
    );
    const plan = await site.plan({ mode: 'exact', paths: ['a/b', 'c/2'] });
    assert.deepEqual(listed(plan), [
      'deleted a/b/more',
      'deleted a/b/more/deep',
      'deleted a/b/more/deep/x',
      'deleted a/b/new',
    ]);
    await site.run(plan.plan);
    assert.deepEqual(readdirSync(`${site.home}/a`).toSorted(), ['b', 'new']);
    assert.deepEqual(readdirSync(`${site.home}/c`).toSorted(), ['2', 'new']);
    await undo(site);
    assert.deepEqual(changesIn(site), []);
  });

  test('leaves alone what no backup may take', { skip: needsRoot }, async (t) => {
    const site = await openSmall(t, 'mkdir a; touch a/1', 'mkdir a/new; touch a/new/2');
    writeFileSync(`${site.home}/a/new/of-root`, 'not the tenant’s');
    writeFileSync(`${site.home}/a/of-root`, 'not the tenant’s');
    const plan = await site.plan({ mode: 'exact', paths: ['a'] });
    assert.deepEqual(listed(plan), ['deleted a/new/2', 'refused a/new/of-root', 'refused a/of-root']);
    const receipt = await site.run(plan.plan);
    assert.deepEqual([receipt.counts.deleted, receipt.problemCount], [1, 2]);
    assert.deepEqual(globSync(['a/*', 'a/new/*'], { cwd: site.home }).toSorted(), [
      'a/1',
      'a/new',
      'a/new/of-root',
      'a/of-root',
    ]);
  });
});

suite('a restore that merges', () => {
  test('brings back what is lost, replaces what changed, and deletes nothing', async (t) => {
    const { site, past, present: before } = await openLater(t);
    const plan = await site.plan({ paths: ['site', 'mail/sparse'] });
    assert.equal(plan.counts.deleted, 0);
    assert.ok(plan.warnings.some(({ kind }) => kind === 'newer-replaced'));
    const receipt = await site.run(plan.plan);
    assert.deepEqual(compareTrees(`${before}/site/later`, `${site.home}/site/later`), []);
    assert.ok(existsSync(`${site.home}/site/images/new.jpg`));
    assert.deepEqual(
      receipt.problems.map(({ path, reason }) => [Buffer.from(path, 'base64').toString(), reason]),
      [['mail/sparse', 'in-the-way']],
    );
    const differences = compareTrees(`${past}/site`, `${site.home}/site`, { attributes: false });
    assert.deepEqual(
      differences.filter((line) => !/^(\.|images): time|is there too$/.test(line)),
      [],
    );
    await undo(site);
    assert.deepEqual(compareTrees(before, site.home), []);
  });

  test('touches nothing where nothing differs, and counts what is the same', async (t) => {
    const site = await openSmall(t, 'mkdir a; echo 1 > a/1; ln -s 1 a/2', 'touch -d 2026-01-01 a/1');
    const plan = await site.plan({});
    assert.deepEqual([listed(plan), plan.counts.same], [[], 3]);
    const receipt = await site.run(plan.plan);
    assert.deepEqual([receipt.problemCount, receipt.safetyPoint], [0, undefined]);
    assert.deepEqual(changesIn(site), []);
  });

  test('finds a file that was changed and given its old time again', async (t) => {
    const site = await openSmall(
      t,
      'echo good > page; touch -d 2026-01-01 page',
      'echo evil > page; touch -d 2026-01-01 page',
    );
    const plan = await site.plan({});
    assert.deepEqual(listed(plan), ['replaced page']);
    await site.run(plan.plan);
    assert.equal(readFileSync(`${site.home}/page`, 'utf8'), 'good\n');
  });

  test('puts names of one file back as names of one file', async (t) => {
    const site = await openSmall(t, 'echo 1 > a; ln a b; ln a c', 'rm b; echo other > d; mv d c');
    const plan = await site.plan({});
    assert.deepEqual(listed(plan), ['comes-back b', 'replaced c']);
    await site.run(plan.plan);
    const inodes = ['a', 'b', 'c'].map((name) => lstatSync(`${site.home}/${name}`).ino);
    assert.equal(new Set(inodes).size, 1);
    await undo(site);
    assert.deepEqual(changesIn(site), []);
  });
});

suite('a restore into a folder of the home', () => {
  test('makes the folder, leaves everything else alone, and is undone by taking it away', async (t) => {
    const { site, past } = await openLater(t);
    const plan = await site.plan({ target: toFolder('restored/november'), mode: 'exact' });
    assert.deepEqual([plan.counts.replaced, plan.counts.deleted], [0, 0]);
    const receipt = await site.run(plan.plan);
    assert.deepEqual([receipt.problems, receipt.safetyPoint], [[], undefined]);
    assert.deepEqual(compareTrees(past, `${site.home}/restored/november`), []);
    assert.equal(lstatSync(`${site.home}/restored`).mode & 0o777, 0o700);
    await undo(site);
    assert.deepEqual(changesIn(site), []);
  });

  test('compares with what is in that folder, not with what is in place', async (t) => {
    const site = await openSmall(
      t,
      'mkdir -p a/b; echo 1 > a/b/1; echo 2 > a/b/2',
      'mkdir -p copy/a/b; echo x > copy/a/b/1',
    );
    const plan = await site.plan({ target: toFolder('copy'), paths: ['a/b'] });
    assert.deepEqual(listed(plan), ['replaced copy/a/b/1', 'comes-back copy/a/b/2']);
    await site.run(plan.plan);
    assert.equal(readFileSync(`${site.home}/copy/a/b/1`, 'utf8'), '1\n');
    await undo(site);
    assert.deepEqual(changesIn(site), []);
  });

  test('is refused where a link stands in the way, or the folder is not in the home', async (t) => {
    const site = await openSmall(t, 'echo 1 > a', 'ln -s /tmp link; mkdir in; ln -s ../.. in/up');
    for (const path of ['link', 'in/up/x', 'a']) {
      await failsWith('restore-refused', () => site.plan({ target: toFolder(path) }));
    }
    for (const path of ['../u2', 'in/../..']) {
      await failsWith('path-outside-home', () => site.plan({ target: toFolder(path) }));
    }
  });

  test('keeps what was put into the folder since, when it is undone', async (t) => {
    const site = await openSmall(t, 'mkdir a; echo 1 > a/1; echo 2 > a/2', 'true');
    await site.run((await site.plan({ target: toFolder('copy') })).plan);
    asTheTenant(site.home, 'echo mine > copy/a/mine; echo changed > copy/a/2');
    const plan = await site.planUndo();
    assert.deepEqual(plan.warnings[0], { kind: 'changed-since', count: 2 });
    assert.deepEqual(listed(plan), ['deleted copy/a/1', 'deleted copy/a/2']);
    await site.run(plan.plan);
    assert.deepEqual(globSync('copy/a/*', { cwd: site.home }), ['copy/a/mine']);
    await undo(site);
    assert.equal(readFileSync(`${site.home}/copy/a/2`, 'utf8'), 'changed\n');
  });
});

test('what somebody chooses is foreseen as the plan will count it, or not at all', async (t) => {
  const site = await openSmall(
    t,
    'mkdir -p site/images; echo 1 > site/images/hero; echo 2 > site/index; echo 3 > site/same; echo 4 > note',
    'rm -r site/images; echo changed > site/index; echo new > site/new',
  );
  const account = await findAccount(site.services, 'u1');
  const foresee = (changes: Partial<Draft>, signal = new AbortController().signal) => {
    const draft: Draft = { ...emptyDraft('draft'), ...changes };
    return foreseeDraft(site.services, account, { draft, point: 'latest', signal });
  };
  for (const paths of [['site'], ['site/images/hero', 'note'], ['']]) {
    assert.deepEqual(await foresee({ paths }), (await site.plan({ paths })).counts, paths.join());
  }
  const exact = await site.plan({ paths: ['site'], mode: 'exact' });
  assert.equal(exact.counts.deleted, 1);
  assert.deepEqual(await foresee({ paths: ['site'], mode: 'exact' }), exact.counts);
  assert.equal((await foresee({ paths: ['site'], except: ['site/images'] }))?.comesBack, 0);
  assert.equal(await foresee({ paths: [] }), undefined);
  assert.equal(await foresee({ paths: ['site'], goesTo: 'download' }), undefined);
  assert.equal(await foresee({ paths: ['nowhere'] }), undefined);
  assert.equal(await foresee({ paths: ['site'] }, AbortSignal.abort()), undefined, 'nobody waits for it any longer');
});

test(
  'nobody waits longer than told for what will happen, however slow the place is',
  { timeout: 60_000 },
  async (t) => {
    const site = await openSmall(t, 'echo 1 > index', 'rm index');
    const account = await findAccount(site.services, 'u1');
    const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slowly = async (...[place]: Parameters<Services['openStore']>): Promise<ObjectStore> => {
      const { store } = watchStore(await site.services.openStore(place));
      const list: ObjectStore['list'] = async (prefix) => {
        reached.resolve();
        await released.promise;
        return store.list(prefix);
      };
      return { ...store, list };
    };
    const stop = new AbortController();
    const draft: Draft = { ...emptyDraft('draft'), paths: ['index'] };
    const wanted = { draft, point: 'latest', signal: stop.signal };
    const foreseen = foreseeDraft({ ...site.services, openStore: slowly }, account, wanted);
    await reached.promise;
    stop.abort();
    assert.equal(await foreseen, undefined);
    released.resolve();
    const patient = { ...wanted, signal: new AbortController().signal };
    const counts = await foreseeDraft({ ...site.services, openStore: slowly }, account, patient);
    assert.equal(counts?.comesBack, 1, 'the place was only slow');
  },
);

test('a plan for ten thousand files names those that differ', async (t) => {
  const site = await openSmall(
    t,
    'for d in $(seq 1 100); do mkdir $d; for f in $(seq 1 100); do echo $d $f > $d/$f; done; done',
    'rm */7; for d in $(seq 1 100); do echo changed > $d/8; echo new > $d/new; done',
  );
  const { counts } = await site.plan({ mode: 'exact' });
  assert.deepEqual([counts.comesBack, counts.replaced, counts.deleted], [100, 100, 100]);
});
