import assert from 'node:assert/strict';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import type { EntryAttributes, TreeWriter } from '../../../../plugin/contracts/tree-writer.ts';
import { FrameEncoder } from '../../../../plugin/sources/files/frame-encoder.ts';
import { performFrame } from '../../../../plugin/sources/files/frame-decoder.ts';
import { FrameInput } from '../../../../plugin/sources/files/frame-input.ts';
import { AnswerReader } from '../../../../plugin/sources/files/writer-answers.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** A writer that only remembers its calls. */
function recorder(): { writer: TreeWriter; calls: unknown[][] } {
  const calls: unknown[][] = [];
  const keep =
    (what: string) =>
    async (...values: unknown[]): Promise<void> =>
      void calls.push([what, ...values.map((value) => (Buffer.isBuffer(value) ? Buffer.from(value) : value))]);
  const report = { files: 0, folders: 0, links: 0, bytes: 0, problems: [], problemCount: 0 };
  const finish = async (attributes: EntryAttributes | undefined) => (calls.push(['finish', attributes]), report);
  const names = [
    'expectMany',
    'enter',
    'leave',
    'beginFile',
    'data',
    'zeros',
    'endFile',
    'abortFile',
    'symlink',
    'hardLink',
    'fifo',
    'remove',
    'setTime',
    'close',
  ];
  const writer = { ...Object.fromEntries(names.map((name) => [name, keep(name)])), finish } as unknown as TreeWriter;
  return { writer, calls };
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const attributes = fc.record({
  mode: fc.nat(0o7777),
  modified: fc.record({ seconds: fc.maxSafeInteger(), nanoseconds: fc.nat(999_999_999) }),
  uid: fc.nat(0xffff_ffff),
  gid: fc.nat(0xffff_ffff),
  attributes: fc.array(fc.record({ name: fc.string({ maxLength: 60 }), value: bytes(300) }), { maxLength: 4 }),
});

const plain = (attribute: EntryAttributes): EntryAttributes => ({
  ...attribute,
  modified: { ...attribute.modified },
  attributes: attribute.attributes.map(({ name, value }) => ({ name: Buffer.from(name).toString('utf8'), value })),
});

async function passOn(frame: Buffer): Promise<unknown[][]> {
  const { writer, calls } = recorder();
  assert.equal(frame.readUInt32LE(1), frame.length - 5);
  await performFrame(writer, frame[0] ?? 0, frame.subarray(5));
  return calls;
}

test('what is said in frames arrives as it was said', async () => {
  const encoder = new FrameEncoder();
  const check = async (name: Buffer, target: Buffer, given: EntryAttributes, path: Buffer[]): Promise<void> => {
    const wanted = plain(given);
    assert.deepEqual(await passOn(encoder.expectMany()), [['expectMany']]);
    assert.deepEqual(await passOn(encoder.enter(name, true)), [['enter', name, true]]);
    assert.deepEqual(await passOn(encoder.leave(given)), [['leave', wanted]]);
    assert.deepEqual(await passOn(encoder.beginFile(name, given)), [['beginFile', name, wanted]]);
    assert.deepEqual(await passOn(encoder.symlink(name, target, given)), [['symlink', name, target, wanted]]);
    assert.deepEqual(await passOn(encoder.hardLink(name, path)), [['hardLink', name, path]]);
    assert.deepEqual(await passOn(encoder.fifo(name, given)), [['fifo', name, wanted]]);
    assert.deepEqual(await passOn(encoder.remove(name)), [['remove', name]]);
    assert.deepEqual(await passOn(encoder.setTime(given.modified)), [['setTime', wanted.modified]]);
    assert.deepEqual(await passOn(encoder.finish(given)), [['finish', wanted]]);
    assert.deepEqual(await passOn(encoder.finish(undefined)), [['finish', undefined]]);
  };
  await fc.assert(fc.asyncProperty(bytes(255), bytes(4095), attributes, fc.array(bytes(255)), check), { numRuns: 200 });
});

suite('what makes no sense is refused', () => {
  test('a million bytes of noise never reach the writer as anything but frames', async () => {
    const noise = async (kind: number, payload: Buffer): Promise<void> => {
      const { writer } = recorder();
      try {
        await performFrame(writer, kind, payload);
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
      }
    };
    await fc.assert(fc.asyncProperty(fc.nat(20), bytes(500), noise), { numRuns: 4000 });
  });

  test('a frame that claims two gigabytes is refused before anything is read for it', (t) => {
    const path = join(temporaryFolder(t), 'frames');
    writeFileSync(path, Buffer.of(4, 0xff, 0xff, 0xff, 0x7f));
    const descriptor = openSync(path, 'r');
    t.after(() => closeSync(descriptor));
    assert.throws(() => new FrameInput(descriptor).next(), RangeError);
  });

  test('a frame that is cut short ends the input', (t) => {
    const path = join(temporaryFolder(t), 'frames');
    writeFileSync(path, Buffer.concat([new FrameEncoder().endFile(), Buffer.of(4, 9, 0, 0, 0, 1)]));
    const descriptor = openSync(path, 'r');
    t.after(() => closeSync(descriptor));
    const input = new FrameInput(descriptor);
    assert.equal(input.next()?.kind, 6);
    assert.equal(input.next(), undefined);
  });

  const bad = [
    'garbage',
    '[]',
    'null',
    '{}',
    '{"report":{"files":-1}}',
    '{"report":{"files":1e300,"folders":0,"links":0,"bytes":0,"problemCount":0}}',
    '{"report":{"files":"1","folders":0,"links":0,"bytes":0,"problemCount":0}}',
    '{"problem":{"reason":"__proto__","path":[],"lost":true}}',
    '{"problem":{"reason":"constructor","path":[],"lost":true}}',
    '{"problem":{"reason":"quota","path":"x","lost":true}}',
    '{"problem":{"reason":"quota","path":[],"lost":1}}',
  ];
  for (const line of bad) {
    test(`the child answers ${line.slice(0, 50)}`, () => {
      assert.throws(() => new AnswerReader().read(Buffer.from(`${line}\n`)), RangeError);
    });
  }

  test('the child answers without end', () => {
    const reader = new AnswerReader();
    const endless = () => {
      for (;;) reader.read(Buffer.alloc(100_000, 'x'));
    };
    assert.throws(endless, RangeError);
  });

  test('the child lists problems without end', () => {
    const reader = new AnswerReader();
    const line = Buffer.from('{"problem":{"reason":"quota","path":[],"lost":true}}\n');
    const endless = () => {
      for (;;) reader.read(line);
    };
    assert.throws(endless, RangeError);
  });

  test('what the child says to a person is cut and cannot steer a terminal', () => {
    const line = JSON.stringify({ failed: `\u001b]0;x\u0007${'y'.repeat(1000)}` });
    const [answer] = new AnswerReader().read(Buffer.from(`${line}\n`));
    assert.ok(answer?.kind === 'failed' && answer.problem.length <= 200 && /^[\x20-\x7e]*$/.test(answer.problem));
  });
});
