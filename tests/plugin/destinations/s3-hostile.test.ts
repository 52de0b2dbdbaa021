import assert from 'node:assert/strict';
import test, { after, before, suite } from 'node:test';
import type { Place } from '../../../plugin/contracts/place.ts';
import { connectS3, usualTimeouts } from '../../../plugin/destinations/s3-client.ts';
import { openS3Place } from '../../../plugin/destinations/s3.ts';
import type { FailureCode } from '../../../plugin/domain/failure.ts';
import { systemClock } from '../../../plugin/platform/clock.ts';
import { failsWith } from '../../support/failures.ts';
import { answer, endless, HostileS3, objectHead, trickle, type Play } from '../../support/hostile-s3.ts';
import { s3Destination } from '../../support/s3-destination.ts';

const hostile = new HostileS3();
const elsewhere = new HostileS3();
let endpoint = '';
let other = '';
before(async () => {
  [endpoint, other] = await Promise.all([hostile.listen(), elsewhere.listen()]);
});
after(() => Promise.all([hostile.close(), elsewhere.close()]));

const keys = { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: undefined };

function open(play: Play, idleMilliseconds = usualTimeouts.idleMilliseconds): Place {
  hostile.play = play;
  const server = {
    endpoint,
    port: 0,
    ...keys,
    stop: () => Promise.resolve(),
    addUser: () => Promise.reject(new Error()),
  };
  const connection = connectS3(s3Destination(server, 'bucket'), keys, undefined, {
    ...usualTimeouts,
    idleMilliseconds,
  });
  return openS3Place(connection, 'u1', systemClock);
}

const xml = ['Content-Type: application/xml'];
const listHead = '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>';
const entry = (key: string): string => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`;
const list = (inside: string, isTruncated = false): string =>
  `<?xml version="1.0"?><ListBucketResult><Name>bucket</Name><IsTruncated>${isTruncated}</IsTruncated>${inside}</ListBucketResult>`;
const mistake = '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>x</Message></Error>';

/** How much more memory this process has held than before, at most. */
async function memoryOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Math.max(most, process.memoryUsage().rss) - before;
}

const megabyte = 1024 * 1024;
const mostMemory = 300 * megabyte;

suite('an answer without an end is cut off', () => {
  const piece = Buffer.from(entry('u1/data/aa/bb').repeat(1000));
  const chunk = Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
  const first = `${listHead.length.toString(16)}\r\n${listHead}\r\n`;
  const zeros = Buffer.alloc(megabyte);
  const tenGigabytes = `Content-Length: ${10 * 1024 ** 3}`;
  const answers: readonly (readonly [string, Play, (place: Place) => Promise<unknown>])[] = [
    ['a list of 10 GB', endless([...xml, tenGigabytes], listHead, piece), (place) => place.store.list('')],
    [
      'a list in chunks',
      endless([...xml, 'Transfer-Encoding: chunked'], first, chunk),
      (place) => place.store.list(''),
    ],
    ['folders', endless([...xml, tenGigabytes], listHead, piece), (place) => place.listFolders()],
    ['an error', endless(xml, '', zeros, '500 No'), (place) => place.store.write('a', Buffer.from('x'))],
    ['an object of 10 GB', endless([tenGigabytes], '', zeros), (place) => place.store.read('data/aa')],
    ['an object without a length', endless([], '', zeros), (place) => place.store.read('data/aa')],
    ['a range of 10 GB', endless([tenGigabytes], '', zeros), (place) => place.store.readRange('data/aa', 0, 100)],
    ['parts', endless([...xml, tenGigabytes], '<ListPartsResult>', zeros), (place) => listParts(place)],
  ];
  for (const [title, play, work] of answers) {
    test(title, async () => {
      const place = open(play);
      const memory = await memoryOf(() => failsWith('destination-unreachable', () => work(place)));
      assert.ok(memory < mostMemory, `${Math.round(memory / megabyte)} MiB more`);
    });
  }
});

const listParts = async (place: Place) => place.uploads?.listParts({ key: 'a', id: 'x' });

suite('a new object that others write at the same moment', () => {
  const conflict = (status: string, code: string): Play =>
    answer(status, `<?xml version="1.0"?><Error><Code>${code}</Code><Message>x</Message></Error>`, xml);

  test('is there already', async () => {
    const place = open(conflict('412 Precondition Failed', 'PreconditionFailed'));
    assert.equal(await place.writeNew('owner', Buffer.from('x')), false);
  });

  for (const [status, code] of [
    ['409 Conflict', 'ConditionalRequestConflict'],
    ['404 Not Found', 'NoSuchKey'],
  ] as const) {
    test(`is worth another try after ${status}`, async () => {
      const place = open(conflict(status, code));
      await failsWith('destination-unreachable', () => place.writeNew('owner', Buffer.from('x')));
    });
  }
});

suite('a list that does not say what it should', () => {
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['an error that is called a success', mistake, /something else than a list|InternalError/],
    ['nothing', '', /./],
    ['a page of a web server', '<html><body>It works!</body></html>', /something else than a list/],
    ['one that goes on without saying where', list(entry('u1/a'), true), /no end/],
    ['words that are no XML', 'Hello', /./],
    ['XML that stops', listHead, /./],
  ];
  for (const [title, body, problem] of refused) {
    test(`${title} is no empty list`, async () => {
      const place = open(answer('200 OK', body, xml));
      assert.match((await failsWith('destination-unreachable', () => place.store.list(''))).problem, problem);
    });
  }

  test('one that leads back to itself ends', async () => {
    const more = `<NextContinuationToken>again</NextContinuationToken>${entry('u1/data/aa/bb')}`;
    const place = open(answer('200 OK', list(more, true), xml));
    await failsWith('destination-unreachable', () => place.store.list(''));
  });

  test('one that always goes on, with nothing, ends', async () => {
    let page = 0;
    const place = open((socket, head) => {
      page += 1;
      const inside = `<NextContinuationToken>${page}</NextContinuationToken><NextPartNumberMarker>${page}</NextPartNumberMarker>`;
      const body = head.includes('uploadId')
        ? list(inside, true).replaceAll('ListBucketResult', 'ListPartsResult')
        : list(inside, true);
      return answer('200 OK', body, xml)(socket, head);
    });
    assert.match((await failsWith('destination-unreachable', () => listParts(place))).problem, /no end/);
  });

  test('objects of others in it are not ours', async () => {
    const inside = entry('u1/data/aa') + entry('u2/data/bb') + entry('../etc/shadow');
    const found = await open(answer('200 OK', list(inside), xml)).store.list('');
    assert.deepEqual(found, [{ key: 'data/aa', sizeBytes: 1 }]);
  });
});

suite('an entity bomb', () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    return `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`;
  });
  const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "${'x'.repeat(100)}">${levels.join('')}]>`;
  const file = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e12 SYSTEM "file:///etc/passwd">]>';
  const listed =
    '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>u1/&e12;</Key></Contents></ListBucketResult>';
  for (const [title, head] of [
    ['that grows', bomb],
    ['that reads a file', file],
  ] as const) {
    test(`${title} does neither`, async () => {
      const place = open(answer('200 OK', head + listed, xml));
      let keys_: string[] = [];
      const memory = await memoryOf(async () => {
        keys_ = (await place.store.list('').catch(() => [])).map(({ key }) => key);
      });
      assert.ok(memory < mostMemory, `${Math.round(memory / megabyte)} MiB more`);
      assert.ok(
        keys_.every((key) => key.length < 100 && !key.includes('root')),
        keys_.join().slice(0, 200),
      );
    });
  }

  test('elements within elements without end are a failure', async () => {
    const place = open(answer('200 OK', `<ListBucketResult>${'<a>'.repeat(1_000_000)}`, xml));
    await failsWith('destination-unreachable', () => place.store.list(''));
  });
});

suite('a success that is none', () => {
  test('an object that was stored has a mark', async () => {
    for (const body of [mistake, '', 'Stored.']) {
      const place = open(answer('200 OK', body, xml));
      const { problem } = await failsWith('destination-unreachable', () =>
        place.store.write('data/aa', Buffer.from('x')),
      );
      assert.match(problem, /does not say that it stored|InternalError/);
    }
  });

  test('an upload that was completed is an object', async () => {
    const uploads = open(answer('200 OK', mistake, xml)).uploads;
    const part = { number: 1, sizeBytes: 10, mark: 'x' };
    await failsWith('destination-unreachable', () => uploads?.complete({ key: 'a', id: 'x' }, [part]));
  });

  test('an upload has an id, and a part a mark', async () => {
    const { uploads } = open(answer('200 OK', mistake, xml));
    await failsWith('destination-unreachable', () => uploads?.begin('a'));
    await failsWith('destination-unreachable', () => uploads?.writePart({ key: 'a', id: 'x' }, 1, Buffer.from('x')));
  });

  test('an object is as long as it says', async () => {
    const place = open((socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort'));
    await failsWith('destination-unreachable', () => place.store.read('data/aa'));
  });
});

suite('a byte now and then', () => {
  const long = (line: string) => (): string => `HTTP/1.1 ${line}\r\nContent-Length: 1000000\r\n\r\n`;
  const cases: readonly (readonly [string, (head: string) => string, (place: Place) => Promise<unknown>])[] = [
    ['of an object', (head) => objectHead(head, 1_000_000), (place) => place.store.read('data/aa')],
    ['of a range', (head) => objectHead(head, 1000), (place) => place.store.readRange('data/aa', 0, 1000)],
    ['of a list', long('200 OK'), (place) => place.store.list('')],
    ['of an error', long('500 No'), (place) => place.store.list('')],
  ];
  for (const [title, begin, work] of cases) {
    test(`${title} is not waited for`, async () => {
      const place = open(trickle(begin, 30), 300);
      hostile.requests = 0;
      await failsWith('destination-unreachable', () => work(place));
      assert.ok(hostile.requests <= 3, String(hostile.requests));
    });
  }

  test('and then a cut line, each time, is not asked for again and again', async () => {
    const place = open((socket, head) => void socket.end(`${objectHead(head, 1_000_000)}x`));
    hostile.requests = 0;
    await failsWith('destination-unreachable', () => place.store.read('data/aa'));
    assert.equal(hostile.requests, 3);
  });
});

suite('a redirect', () => {
  const statuses = ['301 Moved Permanently', '302 Found', '307 Temporary Redirect', '308 Permanent Redirect'];
  const operations: readonly (readonly [string, (place: Place) => Promise<unknown>])[] = [
    ['GET', (place) => place.store.read('data/aa')],
    ['PUT', (place) => place.store.write('data/aa', Buffer.from('x'))],
    ['list', (place) => place.store.list('')],
    ['DELETE', (place) => place.store.remove('data/aa')],
    ['upload', async (place) => place.uploads?.begin('a')],
  ];
  for (const status of statuses) {
    test(`${status} is not followed`, async () => {
      for (const [title, work] of operations) {
        const body = `<Error><Code>PermanentRedirect</Code><Endpoint>${other.replace('http://', '')}</Endpoint></Error>`;
        const place = open(
          answer(status, body, [`Location: ${other}/latest/meta-data/`, 'x-amz-bucket-region: us-east-1']),
        );
        await failsWith('destination-refused' satisfies FailureCode, () => work(place));
        assert.equal(elsewhere.requests, 0, title);
      }
    });
  }
});
