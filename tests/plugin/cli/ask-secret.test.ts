import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import test from 'node:test';
import { readAll, readSecretLine } from '../../../plugin/cli/ask-secret.ts';

/** A terminal that notes when it was quiet. */
class Terminal extends PassThrough {
  readonly quiet: boolean[] = [];

  setRawMode(isRaw: boolean): this {
    this.quiet.push(isRaw);
    return this;
  }
}

/** What `typed` comes to, each part as it arrives. */
async function type(...parts: readonly string[]): Promise<{ line: string | undefined; quiet: readonly boolean[] }> {
  const stream = new Terminal();
  const line = await readSecretLine({ stream, isTerminal: true }, new AbortController().signal, () => {
    assert.deepEqual(stream.quiet, [true], 'it is quiet before it asks');
    for (const part of parts) stream.write(part);
    stream.end();
  });
  return { line: line?.toString(), quiet: stream.quiet };
}

for (const [title, parts, expected] of [
  ['a line', ['secret\r'], 'secret'],
  ['a line in pieces, and what comes after it', ['sec', 'ret', '\nmore\n'], 'secret'],
  ['what was taken back', ['sex\u007fcret\b\bet\r'], 'secret'],
  ['what was begun anew', ['wrong\u0015secret\r'], 'secret'],
  ['more taken back than there was', ['\u007f\u007fa\r'], 'a'],
  ['nothing', ['\r'], ''],
  ['the end of input', ['secret'], 'secret'],
  ['the end that was typed', ['secret\u0004x'], 'secret'],
  ['Ctrl-C', ['secr\u0003et\r'], undefined],
  ['far too much', ['a'.repeat(5000), '\r'], 'a'.repeat(4096)],
] as const) {
  test(`a secret that is typed: ${title}`, async () => {
    const { line, quiet } = await type(...parts);
    assert.equal(line, expected);
    assert.deepEqual(quiet, [true, false], 'the terminal shows again what is typed');
  });
}

test('who is stopped while a secret is typed leaves the terminal as it was', async () => {
  const stream = new Terminal();
  const controller = new AbortController();
  const line = readSecretLine({ stream, isTerminal: true }, controller.signal, () => stream.write('secr'));
  controller.abort();
  assert.equal(await line, undefined);
  assert.deepEqual(stream.quiet, [true, false]);
});

test('standard input is read to its end, where it is small', async () => {
  const give = (text: string): Promise<Buffer | undefined> => {
    const stream = new PassThrough();
    stream.end(text);
    return readAll({ stream, isTerminal: false });
  };
  assert.equal((await give('one\ntwo\n'))?.toString(), 'one\ntwo\n');
  assert.equal(await give('x'.repeat(100_000)), undefined);
});
