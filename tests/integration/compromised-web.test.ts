import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import test, { after, before, suite } from 'node:test';
import fc from 'fast-check';
import { isFailure } from '../../plugin/domain/failure.ts';
import { connectSocket } from '../../plugin/platform/connect-socket.ts';
import { connectPerformer, type ConnectedPerformer } from '../../plugin/protocol/client.ts';
import type { Performer, Request } from '../../plugin/protocol/requests.ts';
import { anyRequest } from '../support/any-request.ts';
import { giveAway, makeInstallation, type Installation } from '../support/installation.ts';
import { RunningWorker } from '../support/running-worker.ts';
import { suiteFolder } from '../support/temporary-folder.ts';

/** What destroys, shortens what is kept, or shows a key. */
const destroying = [
  'forget',
  'prune',
  'restore',
  'keys-restic-env',
  'keys-rotate',
  'keys-export',
  'keys-renew',
  'keys-renew-all',
  'keys-remove-former',
  'init',
  'nightly',
  'login',
  'catalog-rebuild',
];

suite('whoever takes the web app over holds its socket, and nothing more', () => {
  const folder = suiteFolder();
  let installation: Installation;
  let worker: RunningWorker;
  let web: ConnectedPerformer;

  before(async () => {
    installation = makeInstallation(folder, 2);
    for (const [index, home] of installation.homes.entries()) {
      writeFileSync(`${home}/page.php`, `account ${index + 1}`);
      giveAway(home, 20_001 + index);
    }
    installation.succeed('init', '--no-input', '--yes');
    worker = new RunningWorker(folder);
    await worker.start();
    for (const account of ['u1', 'u2']) await worker.ask({ kind: 'backup', account, paths: [], label: undefined });
    web = await connectPerformer(() => connectSocket(`${folder}/run/worker.sock`));
  });

  after(async () => {
    web.close();
    await worker.stop();
  });

  test('without a session it is nobody: no request is answered, whatever it is', async () => {
    const codes = await askEverything(web.performer, 'u1');
    for (const [kind, code] of codes) assert.match(code, /^(not-allowed|unknown-account|login-invalid)$/, kind);
  });

  test('an invented session is no session', async () => {
    const codes = await askEverything(web.withSession('A'.repeat(43)), 'u1');
    for (const [kind, code] of codes) assert.equal(code, 'login-invalid', kind);
  });

  test('a login link works once, however many try it', async () => {
    const { secret } = await worker.ask({ kind: 'login', role: 'account', account: 'u1' });
    const tries = Array.from({ length: 12 }, () => outcomeOf(web.performer, { kind: 'open-session', secret }));
    const codes = await Promise.all(tries);
    assert.deepEqual(codes.toSorted(), ['answered', ...Array<string>(11).fill('login-invalid')].toSorted());
  });

  test('with the session of one customer it reaches no other', async () => {
    const session = await signIn('u1');
    assert.equal(await outcomeOf(session, { kind: 'status', account: 'u1' }), 'answered');
    const codes = await askEverything(session, 'u2', ['open-session', 'session', 'close-session']);
    for (const [kind, code] of codes) assert.match(code, /^(not-allowed|unknown-account)$/, kind);
    const ofAll = { kind: 'drills', account: undefined, limit: 20 } as const;
    assert.equal(await outcomeOf(session, ofAll), 'not-allowed', 'naming none means all');
  });

  test('nor can it destroy anything of that customer', async () => {
    const session = await signIn('u1');
    const before = await worker.ask({ kind: 'list', account: 'u1' });
    const codes = await askEverything(session, 'u1', ['open-session', 'session', 'close-session']);
    for (const kind of destroying) assert.equal(codes.get(kind), 'not-allowed', kind);
    const { points } = await worker.ask({ kind: 'list', account: 'u1' });
    for (const { id } of before.points) assert.ok(points.some((point) => point.id === id));
  });

  test('what a member of the staff looks at is written down with name, ticket and reason, and the customer sees it', async () => {
    const who = { staff: 'Ελένη', ticket: '#4711', reason: 'the shop is down' };
    const { secret } = await worker.ask({ kind: 'login', role: 'staff', account: 'u1', ...who });
    const session = await openSession(secret);
    const look = { kind: 'browse', account: 'u1', point: 'latest', path: '' } as const;
    assert.equal(await outcomeOf(session, look), 'answered');
    assert.equal(await outcomeOf(session, { ...look, account: 'u2' }), 'unknown-account');
    const customer = await signIn('u1');
    assert.equal(await outcomeOf(customer, { kind: 'local-copy', account: 'u1', paths: [''], keep: 1 }), 'answered');
    const { entries } = await ask<'audit'>(customer, { kind: 'audit', account: 'u1', limit: 6 });
    const actor = { kind: 'staff', name: 'Ελένη', ticket: '#4711', reason: 'the shop is down' };
    const told = entries.toReversed().map(({ action, actor: by, details }) => ({ action, by, details }));
    assert.deepEqual(told.slice(0, 3), [
      { action: 'login', by: { kind: 'root' }, details: { role: 'staff', ...who } },
      { action: 'open-session', by: actor, details: {} },
      { action: 'browse', by: actor, details: { point: 'latest', path: '' } },
    ]);
    const { jobs } = await ask<'jobs'>(customer, { kind: 'jobs', account: 'u1', limit: 1 });
    assert.equal((await newest('u1')).job, jobs[0]?.id);
    const { chain } = await worker.ask({ kind: 'audit-log', limit: 1, verify: true });
    assert.equal(chain?.brokenAt, undefined);
  });

  test('a session that was closed is over', async () => {
    const session = await signIn('u1');
    assert.equal(await outcomeOf(session, { kind: 'close-session' }), 'answered');
    assert.equal(await outcomeOf(session, { kind: 'status', account: 'u1' }), 'login-invalid');
  });

  async function signIn(account: string): Promise<Performer> {
    const { secret } = await worker.ask({ kind: 'login', role: 'account', account });
    return openSession(secret);
  }

  async function newest(account: string) {
    const { entries } = await worker.ask({ kind: 'audit', account, limit: 1 });
    assert.ok(entries[0]);
    return entries[0];
  }

  async function openSession(secret: string): Promise<Performer> {
    const request = { kind: 'open-session', secret } as const;
    const { session } = await web.performer.perform<'open-session'>(request, () => {}, new AbortController().signal);
    return web.withSession(session);
  }
});

function ask<Kind extends Request['kind']>(performer: Performer, request: Extract<Request, { kind: Kind }>) {
  return performer.perform<Kind>(request, () => {}, new AbortController().signal);
}

/** One request of each kind about the account. @returns what became of each: a failure's code, or `answered`. */
async function askEverything(
  performer: Performer,
  account: string,
  leftOut: readonly string[] = [],
): Promise<ReadonlyMap<string, string>> {
  const codes = new Map<string, string>();
  const kinds: { readonly [kind: string]: fc.Arbitrary<Request> } = anyRequest(account);
  for (const [kind, requests] of Object.entries(kinds)) {
    if (leftOut.includes(kind) || kind === 'download') continue;
    const samples = fc.sample(requests, { numRuns: 20, seed: 1 });
    const request = samples.find((sample) => JSON.stringify(sample).includes(`"account":"${account}"`)) ?? samples[0];
    if (request !== undefined) codes.set(kind, await outcomeOf(performer, request));
  }
  assert.ok(codes.size > 20);
  return codes;
}

async function outcomeOf(performer: Performer, request: Request): Promise<string> {
  try {
    await performer.perform(request, () => {}, new AbortController().signal);
    return 'answered';
  } catch (error) {
    if (isFailure(error)) return error.code;
    throw error;
  }
}
