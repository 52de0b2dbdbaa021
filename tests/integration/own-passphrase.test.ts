import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readArchiveIdentity } from '../../plugin/platform/archive-keys.ts';
import { isRoot } from '../support/backup-site.ts';
import { connectWorker } from '../../plugin/main-connect.ts';
import type { Answer, Request } from '../../plugin/protocol/requests.ts';
import { failsWith } from '../support/failures.ts';
import { giveAway, makeInstallation } from '../support/installation.ts';
import { RunningWorker } from '../support/running-worker.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

const larder = fileURLToPath(new URL('../../plugin/bin/larder', import.meta.url));
const answerPrompt = fileURLToPath(new URL('../support/answer-prompt.py', import.meta.url));
const passphrase = 'kettle orbit mango 7 stairs';
const newPassphrase = 'φεγγάρι σκάλα τσάι ομπρέλα 9';

/** Without root every caller is the one user: who is a tenant and who is root cannot be told apart. */
suite(
  'a passphrase of the account’s own',
  { concurrency: false, skip: isRoot ? false : 'needs users of its own' },
  () => {
    const folder = suiteFolder();
    const installation = makeInstallation(folder, 2);
    const [home = '', neighbour = ''] = installation.homes;
    const worker = new RunningWorker(folder);
    const archives = join(folder, 'archives');

    before(async () => {
      mkdirSync(join(home, 'site'));
      for (let number = 0; number < 20; number++)
        writeFileSync(join(home, `site/page-${number}.html`), `page ${number}`);
      writeFileSync(join(neighbour, 'note.txt'), 'hello');
      giveAway(home, 20_001);
      giveAway(neighbour, 20_002);
      installation.succeed('init');
      await worker.start();
    });

    after(() => worker.stop());

    interface Typed {
      readonly stdin?: string;
      readonly uid?: number;
    }

    /** As the tenant, whose working directory is its home. */
    function type(words: readonly string[], { stdin = '', uid = 20_001 }: Typed = {}) {
      const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', LARDER_RUN: `${folder}/run`, HOME: home };
      const cwd = uid === 20_001 ? home : neighbour;
      return spawnSync(larder, words, { uid, gid: uid, cwd, env, input: stdin, encoding: 'utf8' });
    }

    function ask(words: readonly string[], typed: Typed = {}): Record<string, unknown> {
      const { status, stdout, stderr } = type([...words, '--json'], typed);
      assert.equal(status, 0, `${words.join(' ')}: ${stdout}${stderr}`);
      return JSON.parse(stdout) as Record<string, unknown>;
    }

    /** As root, on a connection of its own: one that is not used for a minute ends. */
    async function asRoot<Kind extends Request['kind']>(
      request: Extract<Request, { kind: Kind }>,
    ): Promise<Answer<Kind>> {
      const connected = await connectWorker(`${folder}/run`, 0);
      assert.ok(connected !== undefined);
      try {
        return await connected.performer.perform<Kind>(request, () => {}, new AbortController().signal);
      } finally {
        connected.close();
      }
    }

    const isSame = (one: string, other: string): void => void execFileSync('diff', ['-r', one, other]);
    const set = ['passphrase', 'set', '--passphrase-file', '-', '--yes'];
    const sealedZips = (): string[] => globSync(join(archives, 'u1-*/*-own{,-asked}.zip.age')).toSorted();
    const withPhrase = ['--from', 'archives', '--passphrase-file', '-'];
    const own = { stdin: `${passphrase}\n` };

    test('is refused where no archives are kept, and told why', async () => {
      const { status, stderr } = type(set, own);
      assert.equal(status, 2);
      assert.match(stderr, /No destination keeps archives/);
      await worker.stop();
      appendFileSync(
        join(folder, 'larder.toml'),
        `[[destinations]]\nname = "berlin"\nrole = "archives"\nkind = "local"\npath = "${archives}"\nkeep = { last = 50 }\n[retention]\nlast = 50\n`,
      );
      await worker.start();
    });

    test('is not taken when it is easy to guess, from root, or for the neighbour', () => {
      installation.succeed('nightly');
      const weak = type(set, { stdin: 'short' });
      assert.equal(weak.status, 2);
      assert.match(weak.stderr, /four or more words/);
      const root = spawnSync(larder, ['--account', 'u1', ...set], {
        env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', LARDER_CONFIG: `${folder}/larder.toml` },
        input: passphrase,
        encoding: 'utf8',
      });
      assert.equal(root.status, 5, root.stderr);
      assert.equal(type(['--account', 'u1', ...set], { ...own, uid: 20_002 }).status, 4);
      assert.equal(ask(['passphrase'])['isOn'], false);
    });

    test('is set by the account, which is told what the host can still read', () => {
      const { isOn, readable, hostCanRecover } = ask(set, own) as {
        isOn: boolean;
        hostCanRecover: boolean;
        readable: { count: number; until: string };
      };
      assert.deepEqual([isOn, hostCanRecover, readable.count], [true, false, 2]);
      assert.ok(Date.parse(readable.until) > Date.now(), readable.until);
      assert.match(type(['passphrase']).stdout, /2 older backups can still be read by the host/);
      assert.equal(type(set, own).status, 5);
    });

    test('then backups are archives for the account alone, and the night says so', () => {
      assert.match(String(ask(['backup'])['snapshotId']), /Z-own(-asked)?$/);
      const night = installation.json('nightly') as {
        accounts: { account: string }[];
        ownPassphrase: string[];
        archives: { archives: { account: string; isOwn?: boolean }[] };
      };
      assert.deepEqual(night.ownPassphrase, ['u1']);
      assert.deepEqual(
        night.accounts.map(({ account }) => account),
        ['u2'],
      );
      assert.deepEqual(
        night.archives.archives.map(({ account, isOwn }) => [account, isOwn]),
        [
          ['u1', true],
          ['u2', undefined],
        ],
      );
      assert.equal((ask(['list'])['points'] as []).length, 1, 'the repository got nothing new');
      const { lastBackup } = ask(['status']) as { lastBackup: { id: string } };
      assert.match(lastBackup.id, /Z-own(-asked)?$/);
      assert.equal(type(['backup', 'site']).status, 5);
    });

    test('it stands nowhere: not in the state, at the destination, or in what the worker says', () => {
      for (const place of ['state', 'archives', 'run', 'backup']) {
        const { status } = spawnSync('grep', ['-rqaF', passphrase, join(folder, place)]);
        assert.equal(status, 1, place);
      }
      assert.ok(!worker.output.includes(passphrase));
      const { status } = spawnSync('grep', ['-rqaF', 'AGE-SECRET-KEY', join(folder, 'state/own-keys')]);
      assert.equal(status, 1);
    });

    test('root opens nothing of it, neither with Larder nor with the keys of the server and the host', async () => {
      const root = (...words: string[]) => installation.run('--account', 'u1', ...words);
      assert.equal(root('browse', 'latest', '--from', 'archives').status, 5);
      assert.equal(root('restore', '.', '--at', 'latest', '--to', join(folder, 'x'), '--from', 'archives').status, 5);
      assert.equal(root('drill', '--from', 'archives').status, 5);
      const looked = { kind: 'browse', account: 'u1', point: 'latest', path: '', from: 'berlin' } as const;
      await failsWith('passphrase-needed', () => asRoot(looked));
      const server = join(folder, 'server-identity.txt');
      writeFileSync(server, `${await readArchiveIdentity(join(folder, 'state'))}\n`);
      const keys = [server, ...globSync(join(folder, 'state/recovery/recovery-key-*.txt'))];
      assert.equal(keys.length, 3);
      for (const sealed of globSync(join(archives, 'u1-*/*-own{,-asked}.*.age')))
        for (const key of keys)
          assert.notEqual(spawnSync('age', ['-d', '-i', key, sealed]).status, 0, `${key} ${sealed}`);
    });

    test('the account looks into it, brings it back into a new folder and downloads it', () => {
      const { entries } = ask(['browse', 'latest', 'site', ...withPhrase], own) as { entries: [] };
      assert.equal(entries.length, 20);
      assert.equal(type(['browse', 'latest', ...withPhrase], { stdin: 'not this one at all' }).status, 5);
      const { to, files } = ask(['restore', 'site', '--at', 'latest', ...withPhrase], own) as {
        to: string;
        files: number;
      };
      assert.match(basename(to), /^restored-\d{4}-\d\d-\d\dT\d{6}$/);
      assert.equal(files, 20);
      isSame(join(home, 'site'), join(to, 'site'));
      assert.equal(type(['restore', 'site', '--at', 'latest', ...withPhrase], own).status, 5, 'it is there already');
      ask(['restore', 'site/page-7.html', '--at', 'latest', '--to', 'seven', ...withPhrase], own);
      assert.equal(readFileSync(join(home, 'seven/site/page-7.html'), 'utf8'), 'page 7');
      ask(['download', 'site', '--at', 'latest', '-o', 'site.zip', ...withPhrase], own);
      const page = execFileSync('unzip', ['-p', join(home, 'site.zip'), 'site/page-9.html'], { encoding: 'utf8' });
      assert.equal(page, 'page 9');
      for (const name of [basename(to), 'seven', 'site.zip']) rmSync(join(home, name), { recursive: true });
    });

    test('passphrase, age and unzip alone bring it back', () => {
      const zip = join(folder, 'own.zip');
      const [wrapped = ''] = globSync(join(archives, 'u1-*/own-key-*.age'));
      const words = ['age', '-d', '-i', wrapped, '-o', zip, sealedZips()[0] ?? ''];
      execFileSync('python3', [answerPrompt, passphrase, ...words]);
      execFileSync('unzip', ['-q', zip, '-d', join(folder, 'own')]);
      execFileSync('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: join(folder, 'own') });
      isSame(join(home, 'site'), join(folder, 'own/files/site'));
      assert.notEqual(spawnSync('python3', [answerPrompt, 'not this one', ...words.with(4, `${zip}2`)]).status, 0);
    });

    test('the host can tell whether what lies there is what was sent', () => {
      const verify = () => {
        const { stdout } = installation.run('--account', 'u1', 'verify', '--full', '--from', 'archives', '--json');
        const [found] = (JSON.parse(stdout) as { repositories: { points: number; damagedPoints: number }[] })
          .repositories;
        return [found?.points, found?.damagedPoints];
      };
      assert.deepEqual(verify(), [3, 0]);
      const [sealed = ''] = sealedZips();
      const bytes = readFileSync(sealed);
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bytes.length - 100) ^ 1, bytes.length - 100);
      writeFileSync(sealed, changed);
      assert.deepEqual(verify(), [3, 1]);
      writeFileSync(sealed, bytes);
    });

    test('nobody is alarmed, and no drill is missed', async () => {
      await asRoot({ kind: 'watch' });
      const { alerts } = await asRoot({ kind: 'alerts', over: false });
      assert.deepEqual(
        alerts.filter(({ account }) => account === 'u1'),
        [],
      );
      const { drills } = await asRoot({ kind: 'drill', account: undefined, which: 'all' });
      assert.deepEqual(
        drills.map(({ account }) => account),
        ['u2'],
      );
      const { places } = await asRoot({ kind: 'inventory', account: 'u1' });
      assert.deepEqual(
        places.map(({ destination, counts }) => [destination, counts]),
        [['berlin', 'yes']],
      );
    });

    test('what is older comes back into a folder, and never with a copy that the host could read', () => {
      writeFileSync(join(home, 'site/page-3.html'), 'broken');
      giveAway(home, 20_001);
      const [point] = ask(['list'])['points'] as { id: string }[];
      const words = ['restore', 'site/page-3.html', '--at', point?.id ?? '', '--yes'];
      const { status, stderr } = type(words);
      assert.equal(status, 5, stderr);
      assert.match(stderr, /Restore into a folder/);
      ask([...words, '--to', 'old']);
      assert.equal(readFileSync(join(home, 'old/site/page-3.html'), 'utf8'), 'page 3');
      assert.equal((ask(['list'])['points'] as []).length, 1);
      rmSync(join(home, 'old'), { recursive: true });
    });

    test('another one opens all that the former did', () => {
      const change = ['passphrase', 'change', '--passphrase-file', '-'];
      assert.equal(type(change, { stdin: `wrong one, surely so\n${newPassphrase}\n` }).status, 5);
      assert.equal(ask(change, { stdin: `${passphrase}\n${newPassphrase}\n` })['isOn'], true);
      const [oldest = ''] = sealedZips();
      const point = basename(oldest, '.zip.age');
      assert.equal(type(['browse', point, 'site', ...withPhrase], own).status, 5);
      ask(['browse', point, 'site', ...withPhrase], { stdin: newPassphrase });
      const [wrapped = ''] = globSync(join(archives, 'u1-*/own-key-*.age'));
      const zip = join(folder, 'changed.zip');
      execFileSync('python3', [answerPrompt, newPassphrase, 'age', '-d', '-i', wrapped, '-o', zip, oldest]);
    });

    test('after it was removed everything is as before, and what is sealed stays so', () => {
      assert.equal(ask(['passphrase', 'remove', '--yes'])['isOn'], false);
      assert.match(String(ask(['backup'])['snapshotId']), /^[0-9a-f]{64}$/);
      const made = installation.json('--account', 'u1', 'archive') as { archives: { kind: string; isOwn?: boolean }[] };
      assert.equal(made.archives[0]?.isOwn, undefined);
      assert.equal(installation.run('--account', 'u1', 'browse', 'latest', '--from', 'archives').status, 0);
      const [oldest = ''] = sealedZips();
      ask(['browse', basename(oldest, '.zip.age'), ...withPhrase], { stdin: newPassphrase });
    });

    test('the recovery keys of the host open it where the account wants that, this server’s key never', async () => {
      ask([...set, '--host-can-recover'], own);
      const { snapshotId } = ask(['backup']);
      const [sealed = ''] = globSync(join(archives, `u1-*/${String(snapshotId)}.zip.age`));
      const [recovery = ''] = globSync(join(folder, 'state/recovery/recovery-key-1.txt'));
      execFileSync('age', ['-d', '-i', recovery, '-o', join(folder, 'recovered.zip'), sealed]);
      execFileSync('unzip', ['-tq', join(folder, 'recovered.zip')]);
      assert.notEqual(spawnSync('age', ['-d', '-i', join(folder, 'server-identity.txt'), sealed]).status, 0);
      assert.equal(installation.run('--account', 'u1', 'browse', 'latest', '--from', 'archives').status, 5);
      const [former = ''] = sealedZips();
      ask(['browse', basename(former, '.zip.age'), ...withPhrase], { stdin: newPassphrase });
    });
  },
);
