import assert from 'node:assert/strict';
import { existsSync, mkdirSync, copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before, suite } from 'node:test';
import type { ArchiveOutcome } from '../../plugin/contracts/archive-pool.ts';
import type { RedisConfiguration } from '../../plugin/domain/configuration.ts';
import { archiveStreams } from '../../plugin/engine/archive-streams.ts';
import { parseConfiguration } from '../../plugin/platform/configuration.ts';
import { examineRedis, redisFolder } from '../../plugin/sources/redis/redis-source.ts';
import { makeSite } from '../support/backup-site.ts';
import { standardJob } from '../support/database-site.ts';
import { failsWith } from '../support/failures.ts';
import { giveAway, makeInstallation, openedInstallation } from '../support/installation.ts';
import { hasRedis, startRedis, type PrivateRedis } from '../support/redis.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

const password = 'p"w \'#ü';

suite('an instance of Redis is copied', { skip: hasRedis ? false : 'needs redis-server', timeout: 600_000 }, () => {
  const folder = suiteFolder();
  let redis: PrivateRedis;
  let instance: RedisConfiguration;
  before(async () => {
    redis = await startRedis(join(folder, 'live'), password);
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    instance = { name: 'shop', account: 'u1', server: { socketPath: redis.socketPath }, user: undefined, passwordFile };
    redis.run('EVAL', "for i = 1, 20000 do redis.call('SET', 'key:' .. i, string.rep('v' .. i, 20)) end", '0');
    redis.run('-n', '3', 'RPUSH', 'list', 'a', 'Ω\nb');
    redis.run('SET', 'goes', 'soon', 'EX', '100000');
  });
  after(() => redis.stop());

  const stateOf = (server: PrivateRedis): string =>
    [server.run('DEBUG', 'DIGEST'), server.run('INFO', 'keyspace').replaceAll(/avg_ttl=\d+/g, '')].join('\n');

  test('and a server that is started with the copy holds the same, all databases of it', async (context) => {
    const site = await makeSite(context);
    const outcome = await archiveStreams({
      ...standardJob,
      repository: await site.open(),
      streams: [redisFolder(instance, () => new Date('2026-11-30T00:00:00Z'))],
    });
    assert.deepEqual([outcome.coverage.skipped, outcome.databases], [[], 1]);
    site.restic('restore', outcome.snapshotId, '--target', join(folder, 'out'));
    const copy = join(folder, 'out/databases/redis/shop');
    const told = JSON.parse(readFileSync(join(copy, 'redis.json'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual([told['keys'], told['copiedAt'], told['name']], [20_002, '2026-11-30T00:00:00.000Z', 'shop']);
    assert.equal(told['bytes'], readFileSync(join(copy, 'dump.rdb')).length);
    mkdirSync(join(folder, 'again'));
    copyFileSync(join(copy, 'dump.rdb'), join(folder, 'again/dump.rdb'));
    const again = await startRedis(join(folder, 'again'));
    assert.equal(stateOf(again), stateOf(redis));
    assert.equal(again.run('-n', '3', 'LRANGE', 'list', '0', '-1'), redis.run('-n', '3', 'LRANGE', 'list', '0', '-1'));
    await again.stop();
  });

  test('doctor tells what it is; a wrong password, another server and none are failures with their reasons', async () => {
    assert.equal((await examineRedis(instance)).keys, 20_002);
    const wrong = join(folder, 'wrong');
    writeFileSync(wrong, 'x\n', { mode: 0o600 });
    const facts = await failsWith('database-unreachable', () => examineRedis({ ...instance, passwordFile: wrong }));
    assert.match(String(facts['problem']), /WRONGPASS/);
    await failsWith('database-unreachable', () => examineRedis({ ...instance, passwordFile: undefined }));
    await failsWith('database-unreachable', () => examineRedis({ ...instance, server: { socketPath: '/nowhere' } }));
  });

  test('a server that is killed in the middle is a failure, and nothing of it is kept', async (context) => {
    const doomed = await startRedis(join(folder, 'doomed'));
    doomed.run('EVAL', "for i = 1, 20000 do redis.call('SET', i, string.rep('v' .. i, 200)) end", '0');
    const site = await makeSite(context);
    const source = redisFolder(
      { ...instance, server: { socketPath: doomed.socketPath }, passwordFile: undefined },
      () => new Date(),
    );
    const killing = {
      ...source,
      async *open(signal: AbortSignal) {
        for await (const stream of source.open(signal, () => {}))
          yield { ...stream, content: killAtFirst(stream.content, doomed) };
      },
    };
    const outcome: ArchiveOutcome = await archiveStreams({
      ...standardJob,
      repository: await site.open(),
      streams: [killing],
    });
    assert.deepEqual(
      outcome.coverage.skipped.map(({ reason }) => reason),
      ['database-unreachable'],
    );
    assert.equal(outcome.databases, 0);
    await doomed.stop();
  });

  test('it is in the backups of its account; one that is shared is told of by doctor, and in none', () => {
    mkdirSync(join(folder, 'site'));
    const installation = makeInstallation(join(folder, 'site'), 2, 'together');
    const file = join(installation.folder, 'larder.toml');
    const own = `[[redis]]\nname = "shop"\naccount = "u1"\nsocket = "${redis.socketPath}"\npassword_file = "${folder}/password"\n`;
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n${own}\n[[redis]]\nname = "cache"\n`);
    installation.succeed('init');
    for (const [index, home] of installation.homes.entries()) {
      writeFileSync(join(home, 'nothing-of-redis'), 'x');
      giveAway(home, 20_001 + index);
    }
    installation.succeed('--account', 'u1', 'backup');
    installation.succeed('--account', 'u2', 'backup');
    const listed = (account: string) => installation.restic(account, 'ls', 'latest').stdout;
    assert.match(listed('u1'), /\/databases\/redis\/shop\/dump\.rdb/);
    assert.doesNotMatch(listed('u1'), /cache/);
    assert.doesNotMatch(listed('u2'), /databases/);
    const said = installation.run('doctor').stdout;
    assert.match(said, /Redis shop \(7[.\d]*\) of u1: 20,002 keys/);
    assert.match(said, /Redis cache belongs to no account: a cache, not backed up/);
    assert.ok(!existsSync(join(installation.folder, 'dump.rdb')));
  });

  test('its copy comes back as a file of its account only, which a server loads', async () => {
    const installation = openedInstallation(join(folder, 'site'), 2, 'together');
    const before = stateOf(redis);
    redis.run('-n', '3', 'DEL', 'list');
    installation.succeed('--account', 'u1', 'backup', '--only', 'databases');
    installation.succeed('--account', 'u1', 'backup', 'nothing-of-redis');
    const points = installation.json('--account', 'u1', 'list')['points'] as { id: string }[];
    const bring = async (at: string, name: string): Promise<string> => {
      mkdirSync(join(folder, name));
      const file = join(folder, name, 'dump.rdb');
      const said = installation.run('--account', 'u1', 'restore', 'redis:shop', '--at', at, '--to', file);
      assert.equal(said.status, 0, said.stderr);
      assert.match(said.stderr, /stop the server of Redis, put the file in the place of its dump.rdb/);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const server = await startRedis(join(folder, name));
      const state = stateOf(server);
      await server.stop();
      return state;
    };
    assert.equal(await bring(points[0]?.id ?? '', 'then'), before);
    assert.equal(await bring('latest', 'now'), stateOf(redis), 'the newest that has it');
    const tried = (...words: readonly string[]) => {
      return JSON.parse(installation.run(...words, '--json').stdout) as Record<string, unknown>;
    };
    const wanted = ['restore', 'redis:shop', '--at', 'latest', '--to', join(folder, 'none')];
    assert.equal(tried('--account', 'u2', ...wanted)['code'], 'unknown-database');
    assert.equal(tried('--account', 'u1', ...wanted, '--dry-run')['code'], 'invalid-input');
    assert.equal(tried('--account', 'u1', 'restore', 'redis:shop', '--at', 'latest')['code'], 'invalid-input');
    assert.ok(!existsSync(join(folder, 'none')));
    const raw = installation.run('--account', 'u1', 'download', 'redis:shop', '--at', 'latest', '-o', '-');
    assert.equal(raw.stdout.slice(0, 5), 'REDIS');
  });
});

const shortest = `state = "/s"\n[panel]\nkind = "linux"\n[[destinations]]\nname = "local"\nkind = "local"\npath = "/b"\n`;

suite('instances of Redis in larder.toml', () => {
  test('have the address of Debian where nothing is said', () => {
    const { redis } = parseConfiguration('/etc/larder/larder.toml', `${shortest}[[redis]]\nname = "a"\n`, 1);
    const server = { host: '127.0.0.1', port: 6379 };
    assert.deepEqual(redis, [{ name: 'a', account: undefined, server, user: undefined, passwordFile: undefined }]);
  });
  const refused = {
    'two of one name': '[[redis]]\nname = "a"\n[[redis]]\nname = "a"\n',
    'a name that is a path': '[[redis]]\nname = "../a"\n',
    'a socket beside a host': '[[redis]]\nname = "a"\nsocket = "/s"\nhost = "h"\n',
    'none at all': '[[redis]]\nsocket = "/s"\n',
  };
  for (const [what, text] of Object.entries(refused)) {
    test(`${what} is refused`, async () => {
      await failsWith('configuration-invalid', () => parseConfiguration('/etc/larder/larder.toml', shortest + text, 1));
    });
  }
});

async function* killAtFirst(content: AsyncIterable<Buffer> | Iterable<Buffer>, server: PrivateRedis) {
  let parts = 0;
  for await (const part of content) {
    yield part;
    if (++parts === 1) server.kill();
  }
}
