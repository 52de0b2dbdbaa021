/** What else can come between while keys are renewed, and what is said of it. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { unfinishedKey } from '../../../plugin/engine/format.ts';
import { lockRepository } from '../../../plugin/engine/repository-lock.ts';
import { unfinishedRenewals } from '../../../plugin/actions/unfinished-renewals.ts';
import { change, flipBit } from '../../support/damage.ts';
import { failsWith } from '../../support/failures.ts';
import { openHistorySite, type HistorySite } from '../../support/history-site.ts';
import { backUpPage, inUse, renewOf, withSecond } from '../../support/keys-again.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

/** What does not compress, so that it is more than the folders around it. */
const noise = (): string => randomBytes(90_000).toString('hex');

const largest = (location: string): string => {
  const packs = globSync(`${location}/data/*/*`);
  return packs.toSorted((one, other) => readFileSync(other).length - readFileSync(one).length)[0] ?? '';
};

suite('renewing keys, when something comes between', () => {
  const folder = suiteFolder();
  let site: HistorySite;
  const at = (name: string): string => `${folder}/backup/${name}`;

  before(async () => {
    site = await openHistorySite(folder, 4);
    for (const index of [0, 1, 2, 3]) await backUpPage(site, index, noise());
  });
  after(() => site.close());

  test('a trial names packs that are not there, as the real one would', async () => {
    const used = await inUse(site, 'u1');
    const whole = await site.perform({ ...renewOf('u1'), dryRun: true });
    assert.deepEqual(whole.lost, []);
    rmSync(largest(at(used.place.folder)));
    const plan = await site.perform({ ...renewOf('u1'), dryRun: true });
    assert.ok(
      plan.lost.some(({ paths, points }) => paths.includes('/files/page.html') && points.length === 1),
      JSON.stringify(plan.lost),
    );
    assert.ok(!existsSync(at(plan.to)));
    const { outcome, lost } = await site.perform(renewOf('u1'));
    assert.deepEqual([outcome, lost.length > 0], ['refused', true]);
  });

  test('what a refused one leaves is named, until it has ended', async () => {
    const { folder: name } = (await inUse(site, 'u1')).place;
    assert.deepEqual(await unfinishedRenewals(site.services), [
      { account: 'u1', destination: 'local', folder: `${name}-2` },
    ]);
    await site.perform({ ...renewOf('u1'), acceptLoss: true });
    assert.deepEqual(await unfinishedRenewals(site.services), []);
  });

  test('what another works in is not touched', async () => {
    const used = await inUse(site, 'u2');
    const pack = largest(at(used.place.folder));
    const bytes = readFileSync(pack);
    change(pack, flipBit(60));
    const { outcome, to } = await site.perform(renewOf('u2'));
    assert.equal(outcome, 'refused');
    rmSync(join(at(to), unfinishedKey));
    const { findFolder } = await import('../../../plugin/actions/renewal-target.ts');
    const { begun } = await findFolder(site.services, used);
    assert.ok(begun !== undefined);
    const lock = await lockRepository(begun.repository, true, site.services.locker);
    await failsWith('repository-locked', () => site.perform(renewOf('u2')));
    assert.ok(!existsSync(join(at(to), unfinishedKey)));
    await lock.release();
    change(pack, () => bytes);
    assert.equal((await site.perform(renewOf('u2'))).outcome, 'renewed');
  });

  test('killed after an exchange with losses, the next try still says which restore points suffer', async () => {
    const { records } = site.services;
    change(largest(at((await inUse(site, 'u3')).place.folder)), flipBit(60));
    const killed: typeof records = {
      ...records,
      async exchangeRepository(exchange) {
        await records.exchangeRepository(exchange);
        throw new Error('killed');
      },
    };
    await assert.rejects(() => site.perform({ ...renewOf('u3'), acceptLoss: true }, { records: killed }), /killed/);
    assert.equal((await site.perform(renewOf('u3'))).outcome, 'renewed');
    const [point] = (await site.perform({ kind: 'list', account: 'u3' })).points;
    assert.ok(
      point?.damage?.paths.some((path) => path.includes('page.html')),
      JSON.stringify(point),
    );
  });

  test('with a copy listed before it, the keys of the repository itself are exported', async () => {
    const changes = withSecond(site);
    const copy = { kind: 'copy', account: 'u4', destination: 'second', repair: false, back: false } as const;
    assert.equal((await site.perform(copy, changes)).copies[0]?.outcome, 'done');
    await site.perform(renewOf('u4'), changes);
    const exported = await site.perform({ kind: 'keys-export', account: 'u4' }, changes);
    const { password } = await site.perform({ kind: 'keys-restic-env', account: 'u4' }, changes);
    assert.equal(exported.password, password);
    assert.deepEqual(
      exported.repositories.map(({ destination }) => destination),
      ['local'],
    );
  });

  test('former repositories are sealed for new recovery keys, too, as long as they are there', async () => {
    const keys = [1, 2].map((number) => {
      const file = join(folder, `other-${number}.txt`);
      execFileSync('age-keygen', ['-o', file], { stdio: 'ignore' });
      return { file, recipient: execFileSync('age-keygen', ['-y', file], { encoding: 'utf8' }).trim() };
    });
    const recipients = keys.map(({ recipient }) => recipient);
    const former = (await site.services.records.listFormerRepositories()).map((one) => one.folder);
    const { places } = await site.perform({ kind: 'keys-rotate', recipients });
    for (const one of former) {
      assert.ok(
        places.some((place) => place.folder === one && place.outcome === 'done'),
        one,
      );
      const words = ['-d', '-i', keys[0]?.file ?? '', join(at(one), 'larder-recovery.age')];
      assert.equal(spawnSync('age', words).status, 0, one);
    }
    assert.ok(former.length >= 3);
    const [gone = ''] = former;
    rmSync(at(gone), { recursive: true });
    const again = await site.perform({ kind: 'keys-rotate', recipients });
    assert.ok(again.places.every((place) => place.folder !== gone));
    assert.ok(!existsSync(at(gone)), 'nothing is put where nothing is');
  });
});

/** In each blob of a pack, whichever lies first: what the home still has would be stored anew otherwise, and no more be damaged. */
function flipEverywhere(bytes: Buffer): Buffer {
  for (let at = 10; at < bytes.length; at += 50) flipBit(at)(bytes);
  return bytes;
}

suite('a pack that is damaged where a copy still has it', () => {
  const folder = suiteFolder();
  let site: HistorySite;

  before(async () => {
    site = await openHistorySite(folder, 1);
    await backUpPage(site, 0, noise());
    await backUpPage(site, 0, noise());
  });
  after(() => site.close());

  test('comes back by a repair, although the home has it no more, and keys can be renewed', async () => {
    const changes = withSecond(site);
    const copy = { kind: 'copy', account: 'u1', destination: 'second', repair: false, back: false } as const;
    assert.equal((await site.perform(copy, changes)).copies[0]?.outcome, 'done');
    for (const pack of globSync(`${folder}/backup/*/data/*/*`)) change(pack, flipBit(30));
    const verify = { kind: 'verify', account: 'u1', full: true, due: false } as const;
    const damaged = await site.perform({ ...verify, repair: false }, changes);
    assert.equal(damaged.repositories[0]?.damagedPoints, 2);
    assert.equal((await site.perform(renewOf('u1'), changes)).outcome, 'refused');
    const mended = await site.perform({ ...verify, repair: true }, changes);
    const [report] = mended.repositories;
    assert.deepEqual([report?.damage, report?.repair?.lost, report?.repair?.healedPoints], [[], 0, 2]);
    assert.ok((report?.repair?.fromCopies ?? 0) >= 3);
    assert.equal((await site.perform(renewOf('u1'), changes)).outcome, 'renewed');
  });

  test('is not taken from a copy that has another content under its name', async () => {
    const changes = withSecond(site);
    const copy = { kind: 'copy', account: 'u1', destination: 'second', repair: false, back: false } as const;
    await site.perform(copy, changes);
    const { folder: name } = (await inUse(site, 'u1')).place;
    for (const pack of globSync(`${folder}/{backup,second}/${name}/data/*/*`)) change(pack, flipEverywhere);
    const verify = { kind: 'verify', account: 'u1', full: true, due: false, repair: true } as const;
    const [report] = (await site.perform(verify, changes)).repositories;
    assert.equal(report?.repair?.fromCopies, 0);
    assert.ok((report?.damagedPoints ?? 0) > 0);
  });
});

suite('keys of all accounts', () => {
  const folder = suiteFolder();
  let site: HistorySite;
  const all = { kind: 'keys-renew-all', dryRun: false, acceptLoss: false } as const;

  before(async () => {
    site = await openHistorySite(folder, 4);
    for (const index of [0, 1, 2]) await backUpPage(site, index, noise());
  });
  after(() => site.close());

  const told = (answer: {
    accounts: readonly {
      account: string;
      report?: { outcome: string } | undefined;
      failure?: { code: string } | undefined;
    }[];
  }) => answer.accounts.map(({ account, report, failure }) => `${account} ${report?.outcome ?? failure?.code}`);

  test('are tried without changing anything; an account that was never backed up is none of them', async () => {
    const answer = await site.perform({ ...all, dryRun: true });
    assert.deepEqual(told(answer), ['u1 planned', 'u2 planned', 'u3 planned']);
    assert.equal(globSync(`${folder}/backup/*-2`).length, 0);
  });

  test('are renewed in turn; what happens to one keeps no other from it', async () => {
    const locked = await inUse(site, 'u1');
    const { openRepository } = await import('../../../plugin/actions/account-repository.ts');
    change(largest(`${folder}/backup/${(await inUse(site, 'u2')).place.folder}`), flipBit(60));
    const { repositoryId } = locked;
    const lock = await lockRepository(await openRepository(site.services, locked), true, site.services.locker);
    const answer = await site.perform(all);
    await lock.release();
    assert.deepEqual(told(answer), ['u1 repository-locked', 'u2 refused', 'u3 renewed']);
    assert.equal((await inUse(site, 'u1')).repositoryId, repositoryId);
    assert.ok((await inUse(site, 'u3')).place.folder.endsWith('-2'));
  });

  test('as a job that is begun again those that are done are not done twice', async () => {
    const { performRequest } = await import('../../../plugin/actions/perform-request.ts');
    const { parseJobId } = await import('../../../plugin/domain/job.ts');
    const { services } = site;
    const jobId = parseJobId('k'.repeat(20));
    const performing = { services, onProgress: () => {}, signal: new AbortController().signal, jobId };
    const first = await performRequest(performing, { ...all, acceptLoss: true });
    assert.deepEqual(told(first), ['u1 renewed', 'u2 renewed', 'u3 renewed']);
    const again = await performRequest(performing, { ...all, acceptLoss: true });
    assert.deepEqual(
      again.accounts.map(({ report }) => report?.to),
      first.accounts.map(({ report }) => report?.to),
    );
  });

  test('what nobody expected at one is told of it, and the others have their turn', async () => {
    const { records } = site.services;
    const broken: typeof records = {
      ...records,
      exchangeRepository: (exchange) =>
        exchange.record.accountName === 'u1'
          ? Promise.reject(new Error('a bug'))
          : records.exchangeRepository(exchange),
    };
    const answer = await site.perform({ ...all, acceptLoss: true }, { records: broken });
    assert.deepEqual(told(answer), ['u1 unexpected', 'u2 renewed', 'u3 renewed']);
  });

  test('of accounts that the panel lists no longer each place is named, until its folder is removed', async () => {
    const { services } = site;
    const u3 = await inUse(site, 'u3');
    const without: typeof services.panel = {
      ...services.panel,
      listAccounts: async () => (await services.panel.listAccounts()).filter(({ name }) => name !== 'u3'),
    };
    const ask = () => site.perform({ ...all, dryRun: true }, { panel: without });
    const answer = await ask();
    assert.deepEqual(
      answer.accounts.map(({ account }) => account),
      ['u1', 'u2'],
    );
    assert.ok(answer.gone.every(({ account, destination }) => account === 'u3' && destination === 'local'));
    const places = answer.gone.map((one) => one.folder);
    assert.ok(places.includes(u3.place.folder) && places.length > 1, 'also former ones');
    for (const { location } of answer.gone) {
      assert.ok(existsSync(join(location, 'config')), location);
      rmSync(location, { recursive: true });
    }
    assert.deepEqual((await ask()).gone, []);
  });
});
