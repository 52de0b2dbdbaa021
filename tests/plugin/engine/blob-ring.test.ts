import assert from 'node:assert/strict';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import test, { type TestContext } from 'node:test';
import type { Arena } from '../../../plugin/contracts/codec.ts';
import { Failure } from '../../../plugin/domain/failure.ts';
import { consumeRing, ringBytes, RingProducer, type RingSink } from '../../../plugin/engine/blob-ring.ts';
import type { NewBlob } from '../../../plugin/engine/pack-writer.ts';
import { makeSite, type BackupSite } from '../../support/backup-site.ts';
import { failsWith } from '../../support/failures.ts';

test('every blob that the ring took arrives whole and in order, around the ring many times', async () => {
  const memory = new SharedArrayBuffer(ringBytes);
  const producer = producerOfLargeBackup(memory, 7);
  const arrived: string[] = [];
  const helping = consumeRing(
    memory,
    7,
    sinkThat(({ id, effort }, bytes) => arrived.push(`${effort} ${nameOf(id, bytes)}`)),
    allocate,
  );
  const sent: string[] = [];
  let refused = 0;
  for (let blob = 0; blob < 120; blob++) {
    const bytes = randomBytes(blob % 5 === 0 ? randomInt(4_000_000) : randomInt(5000));
    const id = createHash('sha256').update(bytes).digest();
    const effort = blob % 3 === 0 ? 'dense' : 'quick';
    if (producer.offer({ id, effort }, arenaWith(bytes), 3, bytes.length)) sent.push(`${effort} ${nameOf(id, bytes)}`);
    else refused++;
    if (blob % 3 === 0) await nextTurn();
  }
  await producer.finish();
  assert.equal(await helping, true);
  assert.deepEqual(arrived, sent);
  assert.ok(sent.length > 40, `${refused} found no room`);
  assert.equal(producer.storedBytes, 4096);
});

test('a small backup is not helped', async () => {
  const memory = new SharedArrayBuffer(ringBytes);
  const producer = new RingProducer(memory, 1);
  const helping = consumeRing(
    memory,
    1,
    sinkThat(() => assert.fail()),
    allocate,
  );
  for (let blob = 0; blob < 60; blob++) {
    assert.equal(producer.offer(someBlob(), arenaWith(Buffer.alloc(1_000_000)), 3, 1_000_000), false);
  }
  await producer.finish();
  assert.equal(await helping, true);
});

test('without a helper the ring takes nothing, and one that comes too late does nothing', async () => {
  const memory = new SharedArrayBuffer(ringBytes);
  const producer = new RingProducer(memory, 1);
  assert.equal(producer.offer(someBlob(), arenaWith(Buffer.of(1)), 3, 1), false);
  await producer.finish();
  assert.equal(
    await consumeRing(
      memory,
      1,
      sinkThat(() => assert.fail()),
      allocate,
    ),
    false,
  );
});

test('a helper that comes for an earlier backup does nothing', async () => {
  const memory = new SharedArrayBuffer(ringBytes);
  const producer = new RingProducer(memory, 2);
  assert.equal(
    await consumeRing(
      memory,
      1,
      sinkThat(() => assert.fail()),
      allocate,
    ),
    false,
  );
  await producer.finish();
});

test('a full ring refuses, and what it took before arrives', async () => {
  const memory = new SharedArrayBuffer(ringBytes);
  const producer = producerOfLargeBackup(memory, 3);
  let arrived = 0;
  const helping = consumeRing(
    memory,
    3,
    sinkThat(() => arrived++),
    allocate,
  );
  const source = arenaWith(randomBytes(1_000_000));
  let taken = 0;
  while (producer.offer(someBlob(), source, 3, 1_000_000)) taken++;
  assert.ok(taken >= 10 && taken <= 12, String(taken));
  await producer.finish();
  await helping;
  assert.equal(arrived, taken);
});

test('what the helper met fails the backup as such, and makes no restore point', async (t) => {
  const site = await makeFilledSite(t);
  const { producer, helping } = failingHelper(new Failure('no-space', { path: '/backup' }));
  const facts = await failsWith('no-space', () => site.backUp({ helper: producer }));
  assert.deepEqual(facts, { path: '/backup' });
  await assert.rejects(helping);
  assert.deepEqual(await (await site.open()).listIds('snapshots'), []);
});

test('a fault of the helper fails the backup, and makes no restore point', async (t) => {
  const site = await makeFilledSite(t);
  const { producer, helping } = failingHelper(new Error('a fault'));
  await assert.rejects(site.backUp({ helper: producer }), /the helping thread failed/);
  await assert.rejects(helping, /a fault/);
  assert.deepEqual(await (await site.open()).listIds('snapshots'), []);
});

/** Only a backup that has stored much already is helped. */
function producerOfLargeBackup(memory: SharedArrayBuffer, order: number): RingProducer {
  const producer = new RingProducer(memory, order);
  const much = 64 * 1024 * 1024;
  assert.equal(producer.offer(someBlob(), arenaWith(Buffer.alloc(much)), 3, much), false);
  return producer;
}

function failingHelper(error: Error): { producer: RingProducer; helping: Promise<boolean> } {
  const memory = new SharedArrayBuffer(ringBytes);
  const producer = producerOfLargeBackup(memory, 1);
  const sink = sinkThat(() => {
    throw error;
  });
  const helping = consumeRing(memory, 1, sink, allocate);
  helping.catch(() => undefined); // looked at later
  return { producer, helping };
}

async function makeFilledSite(t: TestContext): Promise<BackupSite> {
  const site = await makeSite(t);
  for (let file = 0; file < 5; file++) writeFileSync(join(site.home, `file-${file}`), randomBytes(100_000));
  return site;
}

const someBlob = (): NewBlob => ({ id: randomBytes(32), effort: 'quick' });

function sinkThat(take: (blob: NewBlob, bytes: Buffer) => void): RingSink {
  return {
    async add(blob, source, length) {
      take(blob, source.bytes.subarray(0, length));
    },
    finish: async () => {},
    storedBytes: 4000,
  };
}

const allocate = (sizeBytes: number): Arena => ({ bytes: Buffer.alloc(sizeBytes), address: 0 });

function arenaWith(bytes: Buffer): Arena {
  return { bytes: Buffer.concat([Buffer.alloc(3), bytes]), address: 0 };
}

function nameOf(id: Buffer, bytes: Buffer): string {
  return `${id.toString('hex')} ${createHash('sha256').update(bytes).digest('hex')} ${bytes.length}`;
}
