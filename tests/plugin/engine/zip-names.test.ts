import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { isPlainName } from '../../../plugin/domain/plain-name.ts';
import { isRenamed, zipName, ZipPath } from '../../../plugin/engine/zip-names.ts';
import { hostileNames } from '../../support/odd-names.ts';

const name = (text: string): string => zipName(Buffer.from(text), false);

suite('the name of an entry in a zip', () => {
  test('is the same when it is ordinary text of any language', () => {
    for (const text of [
      'index.php',
      'κείμενο.txt',
      '日本 🎉.jpg',
      '.htaccess',
      '100% ~ok~ a:b.txt',
      '..hidden',
      '%2e%2e',
    ]) {
      assert.equal(name(text), text);
      assert.equal(isRenamed(Buffer.from(text), false), false);
    }
  });

  test('has escapes for what cannot be unpacked everywhere or misleads the reader', () => {
    assert.equal(name('..\\..\\evil'), '..~x5c..~x5cevil');
    assert.equal(name('new\nline\u001b[2J'), 'new~x0aline~x1b[2J');
    assert.equal(name('\u202egpj.exe'), '~xe2~x80~xaegpj.exe');
    assert.equal(zipName(Buffer.from([0x63, 0x61, 0x66, 0xe9]), false), 'caf~xe9');
  });

  test('has no drive in front of the path', () => {
    assert.equal(zipName(Buffer.from('C:evil.exe'), true), 'C~x3aevil.exe');
    assert.equal(zipName(Buffer.from('C:evil.exe'), false), 'C:evil.exe');
  });

  test('is another one for each name, also for names that look like escapes', () => {
    assert.equal(name('caf~xe9'), 'caf~x7exe9');
    const odd = fc.uint8Array({ minLength: 1, maxLength: 12 });
    const tricky = fc.stringMatching(/^[~xh\\e9:\u00e9]{1,8}$/).map((text) => Buffer.from(text));
    const names = fc.oneof(odd, tricky).map((bytes) => Buffer.from(bytes));
    const legal = names.filter((bytes) => isPlainName(bytes));
    fc.assert(
      fc.property(legal, legal, fc.boolean(), (left, right, isTop) => {
        assert.equal(zipName(left, isTop) === zipName(right, isTop), left.equals(right));
      }),
      { numRuns: 3000 },
    );
  });

  test('is short enough for every file system, and still another one for each name', () => {
    const long = [0xfe, 0xff].map((byte) => Buffer.concat([Buffer.alloc(254, 0x80), Buffer.of(byte)]));
    const made = [...hostileNames, ...long].map((bytes) => zipName(bytes, true));
    assert.equal(new Set(made).size, made.length);
    for (const text of made) {
      assert.ok(Buffer.byteLength(text) <= 255);
      assert.doesNotMatch(text, /[\p{Cc}\\/]|^\.\.?$|^\w+:/u);
      assert.ok(text.isWellFormed());
    }
  });

  test('is refused where the whole path is longer than a zip can hold', () => {
    const path = new ZipPath();
    const part = Buffer.from('x'.repeat(250));
    for (let depth = 0; depth < 257; depth++) path.enter(part);
    assert.equal(path.of(Buffer.from('y'.repeat(250)))?.length, 257 * 251 + 250);
    assert.equal(path.enter(Buffer.from('z'.repeat(250))) === undefined, false);
    assert.equal(path.enter(part), undefined);
    assert.equal(path.of(Buffer.from('a')), undefined);
    path.leave();
    assert.notEqual(path.of(Buffer.from('a')), undefined);
  });
});
