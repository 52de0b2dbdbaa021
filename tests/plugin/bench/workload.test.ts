import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { suite } from 'node:test';
import { constants, zstdCompressSync } from 'node:zlib';
import { planAccounts, planHugeAccount } from '../../../bench/workload/account-spec.ts';
import { writePicture } from '../../../bench/workload/bytes.ts';
import { generateCoreFiles } from '../../../bench/workload/core-files.ts';
import { editDump } from '../../../bench/workload/dump-edits.ts';
import { createRandom, seedOf } from '../../../bench/workload/random.ts';
import { writeSource } from '../../../bench/workload/source-code.ts';
import { writeSqlDump } from '../../../bench/workload/sql-dump.ts';

const level3 = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
const compressionOf = (bytes: Buffer): number => bytes.length / zstdCompressSync(bytes, level3).length;

function writeDump(seed: number, sizeBytes: number): Buffer {
  const pieces: Buffer[] = [];
  writeSqlDump(seed, sizeBytes, (piece) => pieces.push(piece));
  return Buffer.concat(pieces);
}

test('the same seed makes the same dump, another seed another', () => {
  const digest = (seed: number): string => createHash('sha256').update(writeDump(seed, 200_000)).digest('hex');
  assert.equal(digest(1), digest(1));
  assert.notEqual(digest(1), digest(2));
});

suite('content compresses as the real thing does', () => {
  const sources = (['php', 'js', 'css'] as const).map((language) => {
    const files = Array.from({ length: 150 }, (_, index) => writeSource(language, createRandom(index), 9000));
    return { title: language, content: Buffer.concat(files), low: 3.4, high: 4.6 };
  });
  const cases = [
    ...sources,
    { title: 'an SQL dump', content: writeDump(3, 5_000_000), low: 3.4, high: 5 },
    { title: 'a picture', content: writePicture(3, 300_000), low: 0.99, high: 1.01 },
  ];
  for (const { title, content, low, high } of cases) {
    test(title, () => {
      const compression = compressionOf(content);
      assert.ok(compression >= low && compression <= high, `${compression.toFixed(2)}×`);
    });
  }
});

test('no core file is like another', () => {
  const digests = generateCoreFiles(200).map(({ content }) => createHash('sha256').update(content).digest('hex'));
  assert.equal(new Set(digests).size, 200);
});

test('accounts have names, homes, owners and seeds of their own', () => {
  const accounts = planAccounts('/homes', 'full');
  assert.equal(accounts.length, 40);
  for (const key of ['name', 'home', 'uid', 'seed'] as const) {
    assert.equal(new Set(accounts.map((account) => account[key])).size, 40, key);
  }
  assert.equal(accounts[0]?.uid, 20_001);
});

test('the sites of a huge account share an owner and lie below one home', () => {
  const sites = planHugeAccount('/homes', 'full');
  assert.deepEqual([...new Set(sites.map(({ uid }) => uid))], [20_001]);
  assert.ok(sites.every(({ home }) => home.startsWith('/homes/account01/')));
});

suite('a day of edits', () => {
  const dump = writeDump(4, 3_000_000);
  const edited = Buffer.concat(editDump(dump, createRandom(seedOf('day', 1))));

  test('puts words into about 200 rows and takes none away', () => {
    const added = edited.length - dump.length;
    assert.ok(added > 200 * 5 && added < 200 * 120, String(added));
  });

  test('leaves nearly all rows as they were', () => {
    const rows = new Set(dump.toString('latin1').split('),('));
    const changed = edited
      .toString('latin1')
      .split('),(')
      .filter((row) => !rows.has(row)).length;
    assert.ok(changed > 150 && changed <= 205, String(changed));
  });
});
