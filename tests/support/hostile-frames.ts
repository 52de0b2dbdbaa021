import fc from 'fast-check';
import type { Request } from '../../plugin/protocol/requests.ts';
import { anyRequest } from './any-request.ts';

/** Numbers that look random and are the same for the same seed (xorshift, Marsaglia 2003). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const tokens = [
  'null',
  '-1',
  '1e999',
  '9007199254740993',
  '"\\ud800"',
  '"__proto__":1',
  '"id":1,',
  '{"__proto__":{"kind":"nightly"}}',
  '"constructor"',
  '[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]',
  '"stop":true',
  '"stream":"x"',
  '"account":"nikos"',
  '\\u0000',
  '\0',
  '\r\n',
  '\n',
  '{',
  '}',
  '"',
  'true',
].map((token) => Buffer.from(token));

/** Frames that a client may send, without their line ends. */
export function validFrames(seed: number): readonly Buffer[] {
  const arbitraries: readonly fc.Arbitrary<Request>[] = Object.values(anyRequest('maria'));
  const requests = arbitraries.flatMap((request) => fc.sample(request, { numRuns: 12, seed }));
  const frames: object[] = requests.map((request, id) => ({ id, request }));
  frames.push({ id: 1, stop: true }, { stream: 'x'.repeat(64) }, { id: 1, request: requests[0], session: 'x' });
  return frames.map((frame) => Buffer.from(JSON.stringify(frame))).filter((frame) => frame.length < 2000);
}

/** Makes frames out of valid ones: half stay whole, the others are broken or nonsense. Each ends its line; some have more lines than one. */
export function hostileFrames(valid: readonly Buffer[], seed: number): () => Buffer {
  const random = randomNumbers(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)] as Item;
  const garbage = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random(256)));
  const splice = (frame: Buffer, at: number, removed: number, added: Buffer): Buffer =>
    Buffer.concat([frame.subarray(0, at), added, frame.subarray(at + removed)]);
  const mutations: readonly ((frame: Buffer) => Buffer)[] = [
    (frame) => frame,
    (frame) => splice(frame, random(frame.length), 1, Buffer.from([random(256)])),
    (frame) => splice(frame, random(frame.length), random(8), Buffer.alloc(0)),
    (frame) => splice(frame, random(frame.length), 0, pick(tokens)),
    (frame) => splice(frame, random(frame.length), random(20), pick(tokens)),
    (frame) => frame.subarray(0, random(frame.length)),
    (frame) => splice(frame, random(frame.length), random(frame.length), pick(valid)),
    () => garbage(random(64)),
    (frame) =>
      random(500) > 0 ? frame : Buffer.concat([frame, Buffer.alloc(70_000, pick(['[', '{"a":', ' '])), frame]),
  ];
  const lineEnd = Buffer.from('\n');
  return () => {
    let frame = pick(valid);
    for (let turn = random(2) * (1 + random(2)); turn > 0; turn--)
      frame = pick(mutations)(frame.length === 0 ? pick(valid) : frame);
    return Buffer.concat([frame, lineEnd]);
  };
}
