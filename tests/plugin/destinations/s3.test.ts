import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { DeleteObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import test, { after, before, suite } from 'node:test';
import type { Place } from '../../../plugin/contracts/place.ts';
import { connectS3, usualTimeouts } from '../../../plugin/destinations/s3-client.ts';
import { openS3Place } from '../../../plugin/destinations/s3.ts';
import { withRetry } from '../../../plugin/destinations/with-retry.ts';
import type { S3Destination } from '../../../plugin/domain/destination.ts';
import { systemClock } from '../../../plugin/platform/clock.ts';
import { testObjectStore } from '../../contracts/object-store.ts';
import { failsWith } from '../../support/failures.ts';
import { startFaultProxy, type FaultProxy } from '../../support/fault-proxy.ts';
import { hasRadosgw, startRadosgw, type PrivateRadosgw } from '../../support/radosgw.ts';
import { makeBucket, plainClient, s3Destination } from '../../support/s3-destination.ts';

const day = 86_400_000;
const bucket = 'plain';
const locked = 'locked';

if (!hasRadosgw) {
  test('stores on S3', { skip: 'radosgw is not installed' }, () => {});
} else {
  const server: PrivateRadosgw = await startRadosgw();
  const proxy: FaultProxy = await startFaultProxy(server.port);
  after(async () => {
    await proxy.close();
    await server.stop();
  });
  before(async () => {
    await makeBucket(server, bucket);
    await makeBucket(server, locked, true);
  });

  let number = 0;
  const { accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey, sessionToken: undefined };
  const openAt = (destination: S3Destination, changes: Partial<typeof usualTimeouts> = {}): Place => {
    number += 1;
    const timeouts = { ...usualTimeouts, ...changes };
    return openS3Place(connectS3(destination, credentials, undefined, timeouts), `t${number}`, systemClock);
  };
  const open = (changes: Partial<S3Destination> = {}): Place => openAt(s3Destination(server, bucket, changes));
  /** Through the proxy; quick to give up. */
  const openSpoilt = (): Place =>
    openAt(s3Destination(server, bucket, { endpoint: proxy.endpoint }), {
      idleMilliseconds: 700,
      answerMilliseconds: 1500,
    });
  const patient = (place: Place): Place =>
    withRetry(place, { attempts: 4, baseMilliseconds: 1, mostMilliseconds: 2, wait: async () => {}, random: () => 0 });

  testObjectStore('objects on S3', { open: () => open({ prefix: 'a/b' }).store, interruptWrite: undefined });
  testObjectStore('objects on S3 through one that tries again', {
    open: () => patient(open()).store,
    interruptWrite: undefined,
  });

  suite('S3', () => {
    test('of many writers of a new object one wins', async () => {
      const place = patient(open());
      const stored = await Promise.all(
        Array.from({ length: 24 }, (_, index) => place.writeNew('owner.json', Buffer.from(String(index)))),
      );
      assert.equal(stored.filter(Boolean).length, 1);
    });

    test('folders directly below are listed', async () => {
      const place = open();
      await place.store.write('maria-1/data/00/00', Buffer.from('x'));
      await place.store.write('nora-2/config', Buffer.from('x'));
      await place.store.write('larder-owner.json', Buffer.from('x'));
      assert.deepEqual(await place.listFolders(), ['maria-1', 'nora-2']);
    });

    test('a list of more than a page is whole', async () => {
      const place = open();
      const names = Array.from({ length: 1003 }, (_, index) => `index/${index}`);
      for (let at = 0; at < names.length; at += 50) {
        await Promise.all(names.slice(at, at + 50).map((name) => place.store.write(name, Buffer.from('x'))));
      }
      assert.equal((await place.store.list('index/')).length, names.length);
    });

    const refusals = [
      {
        title: 'a bucket that is not there',
        changes: { bucket: 'nobody' },
        secret: undefined,
        problem: /no such bucket/,
      },
      { title: 'a wrong secret', changes: {}, secret: 'wrong', problem: /secret key/ },
    ];
    for (const { title, changes, secret, problem } of refusals) {
      test(`${title} is refused, and not asked again`, async () => {
        const keys = { ...credentials, secretAccessKey: secret ?? secretAccessKey };
        const place = openS3Place(connectS3(s3Destination(server, bucket, changes), keys, undefined), 'x', systemClock);
        const facts = await failsWith('destination-refused', () => patient(place).store.write('a', Buffer.from('x')));
        assert.match(facts.problem, problem);
      });
    }

    test('nobody there is a destination that cannot be reached', async () => {
      await failsWith('destination-unreachable', () => open({ endpoint: 'http://127.0.0.1:1' }).store.list(''));
    });
  });

  suite('S3 that fails', () => {
    const content = Buffer.alloc(3_000_000, 'larder ');
    const stored = async (): Promise<Place> => {
      const place = openSpoilt();
      await place.store.write('data/ab/cd', content);
      proxy.takeRequests();
      return place;
    };

    const passing = [
      { title: '500', fault: { kind: 'answer', status: '500 Internal Server Error', code: 'InternalError' } },
      { title: '503 slow down', fault: { kind: 'answer', status: '503 Slow Down', code: 'SlowDown' } },
      { title: 'a reset in the request', fault: { kind: 'reset', side: 'request', afterBytes: 500_000 } },
      { title: 'a reset in the answer', fault: { kind: 'reset', side: 'answer', afterBytes: 20 } },
      { title: 'no answer', fault: { kind: 'stall', afterBytes: 0 } },
    ] as const;
    for (const { title, fault } of passing) {
      test(`${title}, twice: a write is told to have failed, and done when it is tried again`, async () => {
        const place = await stored();
        proxy.fail(fault, 1, /PUT/);
        await failsWith('destination-unreachable', () => place.store.write('data/ab/ef', content));
        proxy.fail(fault, 2, /PUT/);
        await patient(place).store.write('data/ab/ef', content);
        assert.ok((await place.store.read('data/ab/ef')).equals(content));
      });
    }

    const broken = [
      { title: 'a reset mid-body', fault: { kind: 'reset', side: 'answer', afterBytes: 1_000_000 } },
      { title: 'a body that stops short', fault: { kind: 'truncate', afterBytes: 1_000_000 } },
      { title: 'a body that stalls', fault: { kind: 'stall', afterBytes: 1_000_000 } },
    ] as const;
    for (const { title, fault } of broken) {
      test(`after ${title} a read goes on where it was, by range`, async () => {
        const place = await stored();
        proxy.fail(fault, 2, /GET/);
        assert.ok((await place.store.read('data/ab/cd')).equals(content));
        assert.equal(proxy.takeRequests().length, 3);
        proxy.fail(fault, 1, /GET/);
        const range = await place.store.readRange('data/ab/cd', 10, 2_500_000);
        assert.ok(range.equals(content.subarray(10, 2_500_010)));
      });
    }

    test('an object that was replaced meanwhile is not joined from two', async () => {
      const place = await stored();
      proxy.fail({ kind: 'reset', side: 'answer', afterBytes: 1_000_000 }, 1, /GET/);
      const reading = place.store.read('data/ab/cd');
      const other = Buffer.alloc(content.length, 'x');
      await place.store.write('data/ab/cd', other);
      const bytes = await reading.catch(() => undefined);
      assert.ok(bytes === undefined || bytes.equals(content) || bytes.equals(other));
    });

    test('an answer that claims more than it has is a failure, not an object', async () => {
      const place = await stored();
      proxy.fail({ kind: 'lie', add: 1000 }, 10, /GET/);
      await failsWith('destination-unreachable', () => place.store.readRange('data/ab/cd', 0, 100));
      await failsWith('destination-unreachable', () => place.store.read('data/ab/cd'));
    });

    test('one that answers slowly is waited for', async () => {
      const place = await stored();
      proxy.fail({ kind: 'slow', milliseconds: 20 }, 1, /GET/);
      assert.ok((await place.store.read('data/ab/cd')).equals(content));
    });

    const refusals = [
      { title: 'full', status: '507 Insufficient Storage', code: 'InsufficientStorage', failure: 'no-space' },
      { title: 'over its quota', status: '403 Forbidden', code: 'QuotaExceeded', failure: 'no-space' },
      { title: 'tired of our token', status: '400 Bad Request', code: 'ExpiredToken', failure: 'destination-refused' },
      {
        title: 'of another time',
        status: '403 Forbidden',
        code: 'RequestTimeTooSkewed',
        failure: 'destination-refused',
      },
    ] as const;
    for (const { title, status, code, failure } of refusals) {
      test(`one that is ${title} is told as such, and asked once`, async () => {
        const place = await stored();
        proxy.fail({ kind: 'answer', status, code }, 9);
        await failsWith(failure, () => patient(place).store.write('data/ab/ef', Buffer.from('x')));
        assert.equal(proxy.takeRequests().length, 1);
        proxy.fail({ kind: 'none' }, 0);
        await failsWith('not-found', () => place.store.read('data/ab/ef'));
      });
    }

    test('one that forbids to delete is told, and the object stays', async () => {
      const place = await stored();
      proxy.fail({ kind: 'answer', status: '403 Forbidden', code: 'AccessDenied' }, 9, /DELETE/);
      await failsWith('destination-refused', () => patient(place).store.remove('data/ab/cd'));
      assert.equal((await place.store.list('data/')).length, 1);
    });

    test('an answer that was lost after a new object was stored does not make it another’s', async () => {
      const place = patient(openSpoilt());
      proxy.fail({ kind: 'reset', side: 'answer', afterBytes: 10 }, 1, /PUT/);
      assert.equal(await place.writeNew('larder-owner.json', Buffer.from('ours')), true);
      assert.equal(await place.writeNew('larder-owner.json', Buffer.from('theirs')), false);
    });
  });

  suite('object lock', () => {
    const openLocked = (days = 30): Place =>
      openAt(s3Destination(server, locked, { lock: { mode: 'compliance', days } }));

    test('what is stored is locked for as long as the rule says, and cannot be deleted', async () => {
      const place = openLocked();
      await place.store.write('data/ab/cd', Buffer.from('x'));
      const until = await place.locks?.lockedUntil('data/ab/cd');
      assert.ok(until !== undefined && Math.abs(until.getTime() - Date.now() - 30 * day) < 60_000);
      const facts = await failsWith('destination-locked', () => place.store.remove('data/ab/cd'));
      assert.equal(facts.until, until.toISOString());
      assert.equal((await place.store.read('data/ab/cd')).toString(), 'x');
    });

    test('what was sent in parts is locked, too, whatever the server made of that order', async () => {
      const place = openLocked();
      const { uploads } = place;
      assert.ok(uploads !== undefined);
      const upload = { key: 'full.zip.age', id: await uploads.begin('full.zip.age') };
      const sent = [1, 2].map((part) => uploads.writePart(upload, part, Buffer.alloc(uploads.leastPartBytes, part)));
      await uploads.complete(upload, await Promise.all(sent));
      const until = await place.locks?.lockedUntil('full.zip.age');
      assert.ok(until !== undefined && until.getTime() > Date.now() + 29 * day);
      assert.equal(await place.locks?.tryDestroy('full.zip.age'), false);
    });

    test('a lock is made longer, never shorter', async () => {
      const place = openLocked();
      await place.store.write('data/ab/cd', Buffer.from('x'));
      const longer = new Date(Math.floor(Date.now() / 1000) * 1000 + 60 * day);
      await place.locks?.lock('data/ab/cd', longer);
      assert.deepEqual(await place.locks?.lockedUntil('data/ab/cd'), longer);
      await place.locks?.lock('data/ab/cd', new Date(Date.now() + day));
      assert.deepEqual(await place.locks?.lockedUntil('data/ab/cd'), longer);
    });

    test('locks of restic come and go', async () => {
      const place = openLocked();
      await place.store.write('locks/one', Buffer.from('x'), { durable: false });
      await place.store.remove('locks/one');
      assert.deepEqual(await place.store.list('locks/'), []);
    });

    test('a burglar with our key hides an object but cannot destroy it', async () => {
      const place = openLocked();
      await place.store.write('data/ab/cd', Buffer.from('x'));
      const name = `t${number}/data/ab/cd`;
      const client = plainClient(server);
      const { VersionId } = await client.send(new DeleteObjectCommand({ Bucket: locked, Key: name }));
      await failsWith('not-found', () => place.store.read('data/ab/cd'));
      await client.send(new DeleteObjectCommand({ Bucket: locked, Key: name, VersionId })); // takes the mark away
      assert.equal((await place.store.read('data/ab/cd')).toString(), 'x');
    });

    test('a bucket without object lock is found out, not believed', async () => {
      const place = open({ lock: { mode: 'compliance', days: 3 } });
      await assert.rejects(place.store.write('data/ab/cd', Buffer.from('x')));
    });
  });

  suite('large objects in parts', () => {
    const part = (number: number): Buffer => Buffer.alloc(5 * 1024 * 1024, String(number));
    const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');
    const uploadsOf = (place: Place) => {
      assert.ok(place.uploads !== undefined);
      return place.uploads;
    };

    test('nobody sees the object before it is complete; then it is whole', async () => {
      const place = open();
      const uploads = uploadsOf(place);
      const upload = { key: 'full.zip.age', id: await uploads.begin('full.zip.age') };
      const sent = await Promise.all([2, 1, 3].map((number) => uploads.writePart(upload, number, part(number))));
      assert.deepEqual(await place.store.list(''), []);
      await uploads.complete(upload, sent);
      const whole = Buffer.concat([1, 2, 3].map(part));
      assert.ok((await place.store.read('full.zip.age')).equals(whole));
      await uploads.complete(upload, sent); // an answer may have been lost
    });

    test('an upload that was cut is resumed by what the server lists', async () => {
      const place = openSpoilt();
      const uploads = uploadsOf(place);
      const upload = { key: 'a', id: await uploads.begin('a') };
      await uploads.writePart(upload, 1, part(1));
      proxy.fail({ kind: 'reset', side: 'request', afterBytes: 1_000_000 }, 1, /partNumber=2/i);
      await failsWith('destination-unreachable', () => uploads.writePart(upload, 2, part(2)));
      const have = await uploads.listParts(upload);
      assert.deepEqual(have, [{ number: 1, sizeBytes: part(1).length, mark: md5(part(1)) }]);
      await uploads.complete(upload, [...(have ?? []), await uploads.writePart(upload, 2, part(2))]);
      assert.ok((await place.store.read('a')).equals(Buffer.concat([part(1), part(2)])));
    });

    test('what is aborted leaves nothing, and may be aborted again', async () => {
      const place = open();
      const uploads = uploadsOf(place);
      const upload = { key: 'a', id: await uploads.begin('a') };
      await uploads.writePart(upload, 1, part(1));
      await uploads.abort(upload);
      await uploads.abort(upload);
      assert.equal(await uploads.listParts(upload), undefined);
      const { Uploads = [] } = await plainClient(server).send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      assert.ok(!Uploads.some(({ UploadId }) => UploadId === upload.id));
    });

    test('what was never begun cannot be completed', async () => {
      const uploads = uploadsOf(open());
      await assert.rejects(uploads.complete({ key: 'a', id: 'x' }, [{ number: 1, sizeBytes: 1, mark: md5(part(1)) }]));
    });
  });
}
