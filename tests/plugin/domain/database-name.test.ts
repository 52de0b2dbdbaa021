import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { fromFileName, parseDatabaseRef, toFileName } from '../../../plugin/domain/database-name.ts';

const examples = [
  ['wp_posts', 'wp_posts'],
  ['αγορά', 'αγορά'],
  ['a/b', 'a%2Fb'],
  ['..', '%2E.'],
  ['--result-file=x', '%2D-result-file%3Dx'],
  ["quote'`\n%_-", 'quote%27%60%0A%25_-'],
  ['😀', '😀'],
  ['50% off', '50%25%20off'],
] as const;

suite('a name becomes a file name and back', () => {
  for (const [name, file] of examples) {
    test(JSON.stringify(name), () => {
      assert.equal(toFileName(name), file);
      assert.equal(fromFileName(file), name);
    });
  }
});

const serverName = fc
  .string({
    unit: fc.integer({ min: 1, max: 0xffff }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 64,
  })
  .filter((text) => text.isWellFormed());

test('every name of MariaDB comes back, and fits a file system', () => {
  fc.assert(
    fc.property(serverName, (name) => {
      const file = toFileName(name);
      assert.equal(fromFileName(file), name);
      assert.ok(Buffer.byteLength(`${file}.sql`) <= 196, file);
      assert.ok(!/[/\0\s'"\\$`]/u.test(file.replace(/[\u0080-\uffff]/g, '')), file);
    }),
  );
});

test('two names never share a file', () => {
  fc.assert(
    fc.property(serverName, serverName, (one, other) => one === other || toFileName(one) !== toFileName(other)),
  );
});

test('a file that toFileName never makes names nothing', () => {
  for (const file of ['', '.', '..', '.hidden', 'a/b', '%2f', '%61', 'a b', '-x', '%', '%0', 'a%00']) {
    assert.equal(fromFileName(file), undefined, file);
  }
});

test('what no server allows is a bug', () => {
  for (const name of ['', 'a\0b', '\ud800', 'x'.repeat(241)]) assert.throws(() => toFileName(name), RangeError);
});

test('a database may be named with its engine', () => {
  assert.deepEqual(parseDatabaseRef('shop', 'mysql'), { engine: 'mysql', name: 'shop' });
  assert.deepEqual(parseDatabaseRef('postgresql:shop', 'mysql'), { engine: 'postgresql', name: 'shop' });
  assert.deepEqual(parseDatabaseRef('shop:x', 'postgresql'), { engine: 'postgresql', name: 'shop:x' });
});
