import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, globSync, mkdirSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before, suite } from 'node:test';
import { findPlaintext } from '../support/find-plaintext.ts';
import { giveAway, makeInstallation, type Installation } from '../support/installation.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

/** After so many changes that it made on the disk a command is killed; some come to their end before. */
const steps = [1, 6];
const marker = 'nobody but the account may read this';
const commands = [
  ['backup'],
  ['copy'],
  ['archive'],
  ['drill', '--from', 'archives'],
  ['restore', 'site', '--at', 'latest', '--from', 'archives', '--yes'],
];

suite(
  'commands that are killed leave nothing of a home that can be read, and nothing half',
  { concurrency: false },
  () => {
    const folder = suiteFolder();
    const places = ['backup', 'copies', 'archives', 'state'].map((name) => join(folder, name));
    let larder: Installation;
    let round = 0;
    let killed = 0;

    before(() => {
      larder = makeInstallation(folder, 1);
      for (const [name, role] of [
        ['copies', 'secondary'],
        ['archives', 'archives'],
      ]) {
        const lines = [
          '[[destinations]]',
          `name = "${name}"`,
          `role = "${role}"`,
          'kind = "local"',
          `path = "${folder}/${name}"`,
        ];
        appendFileSync(join(folder, 'larder.toml'), `${lines.join('\n')}\n`);
      }
      change();
      larder.succeed('init', '--no-input', '--yes');
      larder.succeed('nightly');
    });

    /** Each time everything is new, so that everything has to be sent. */
    function change(): void {
      const site = join(larder.homes[0] ?? '', 'site');
      round += 1;
      mkdirSync(site, { recursive: true });
      for (let number = 0; number < 20; number += 1) {
        writeFileSync(
          join(site, `page-${number}.html`),
          `${round} ${marker} ${randomBytes(20_000).toString('base64')}`,
        );
      }
      giveAway(larder.homes[0] ?? '', 20_001);
    }

    async function killAfter(changes: number, words: readonly string[]): Promise<boolean> {
      const child = larder.start('--account', 'u1', ...words);
      const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
      let left = changes;
      const watchers = places.map((place) =>
        watch(place, { recursive: true }, () => {
          left -= 1;
          if (left === 0 && child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
        }),
      );
      const [, signal] = await exited;
      for (const watcher of watchers) watcher.close();
      return signal === 'SIGKILL';
    }

    const readable = (): string[] => places.flatMap((place) => findPlaintext(place, marker));

    test('such a search finds what lies open', () => {
      assert.equal(findPlaintext(join(folder, 'homes'), marker).length, 20);
    });

    for (const words of commands) {
      /** What it unpacks is removed by whoever comes next. */
      const unpacks = words.includes('archives');
      test(`larder ${words.join(' ')}`, async () => {
        for (const step of steps) {
          if (!unpacks) change();
          if (words[0] === 'copy') larder.succeed('--account', 'u1', 'backup');
          if (await killAfter(step, words)) killed += 1;
          if (unpacks) larder.succeed('nightly');
          assert.deepEqual(readable(), [], `killed after ${step} changes`);
        }
      });
    }

    test('some were killed', () => assert.ok(killed > 0));

    test('the next night finds nothing in its way, and everything whole', () => {
      change();
      larder.succeed('nightly');
      larder.succeed('check', '--read-data');
      larder.succeed('check', '--read-data', '--from', 'copies');
      larder.succeed('prune');
      larder.succeed('prune', '--destination', 'copies');
      assert.deepEqual(globSync(join(folder, '{backup,copies}/*/locks/*')), []);
      const { repositories } = larder.json('--account', 'u1', 'verify', '--full', '--from', 'archives') as {
        repositories: { damagedPoints: number }[];
      };
      assert.deepEqual(
        repositories.map(({ damagedPoints }) => damagedPoints),
        [0],
      );
      assert.equal(larder.restic('u1', 'check', '--read-data').status, 0);
      assert.deepEqual(readable(), []);
      assert.deepEqual(globSync(join(folder, 'state/drills/*')), []);
    });
  },
);
