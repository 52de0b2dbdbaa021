import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { isFailure } from '../../../plugin/domain/failure.ts';
import { parseAccountName, parseGeneration } from '../../../plugin/domain/ids.ts';
import { authorise, type AskedRequest, type Caller, type PermittedKind } from '../../../plugin/domain/permission.ts';
import type { QueuedRequest, Request } from '../../../plugin/protocol/requests.ts';
import { failsWith } from '../../support/failures.ts';

const maria = { name: parseAccountName('maria'), generation: parseGeneration('1'.repeat(32)) };
const callers = {
  root: { kind: 'root' },
  account: { kind: 'account', ...maria },
  web: { kind: 'web' },
  accountSession: { kind: 'session', role: 'account', ...maria },
  staffSession: { kind: 'session', role: 'staff', ...maria, staff: 'Eleni', ticket: '#4711', reason: 'down' },
  adminSession: { kind: 'session', role: 'admin', staff: 'Nikos' },
} as const satisfies { [name: string]: Caller };

/** `+` may, `-` may not: root, account, web, account session, staff session, admin session. */
const truth: { readonly [Kind in Request['kind']]: string } = {
  init: '+-----',
  doctor: '+-----',
  accounts: '+----+',
  nightly: '+-----',
  backup: '++-+--',
  list: '++-+++',
  browse: '++-+++',
  find: '++-+++',
  versions: '++-+++',
  mailboxes: '++-+++',
  diff: '++-+++',
  look: '++-+--',
  restore: '+-----',
  plan: '++-++-',
  databases: '++-+++',
  tables: '++-+++',
  table: '++-+--',
  'plan-database': '++-++-',
  'plan-undo': '++-+--',
  'show-plan': '++-++-',
  draft: '++-++-',
  'run-plan': '++-+--',
  download: '++-+--',
  status: '++-+++',
  schedule: '++-+++',
  'server-schedule': '+----+',
  audit: '++-+++',
  'audit-log': '+----+',
  'prepare-download': '++-+--',
  downloads: '++-+--',
  settings: '++-+--',
  'change-settings': '++-+--',
  'own-backups': '++-++-',
  'pin-backup': '++-+--',
  'unpin-backup': '+--+--',
  'ask-delete-code': '---+--',
  'delete-backup': '---+--',
  'keep-backup': '++-+--',
  jobs: '++-+++',
  job: '++-+++',
  follow: '++-+++',
  cancel: '++-+--',
  enqueue: '++-+--',
  'local-copy': '++-+--',
  'local-copies': '++-+--',
  'local-copy-policy': '++-+--',
  'catalog-rebuild': '+-----',
  login: '+-----',
  'open-session': '--+---',
  session: '---+++',
  'close-session': '---+++',
  check: '+-----',
  forget: '+-----',
  copy: '+-----',
  inventory: '++-+++',
  'server-inventory': '+----+',
  destinations: '+----+',
  'destination-test': '+-----',
  recover: '+-----',
  prune: '+-----',
  rotate: '+-----',
  'scheduled-backup': '+-----',
  'system-backup': '+-----',
  'retention-simulate': '+----+',
  archive: '+-----',
  passphrase: '++-+++',
  'set-passphrase': '-+-+--',
  'change-passphrase': '-+-+--',
  'remove-passphrase': '-+-+--',
  'restore-sealed': '-+-+--',
  archives: '++-+++',
  verify: '+-----',
  drill: '+-----',
  drills: '++-+++',
  'server-drills': '+----+',
  'show-drill': '+----+',
  alerts: '+----+',
  watch: '+-----',
  metrics: '+-----',
  report: '+----+',
  'keys-check-recovery': '+-----',
  'keys-rotate': '+-----',
  'keys-renew': '+-----',
  'keys-renew-all': '+-----',
  'keys-remove-former': '+-----',
  'keys-export': '+-----',
  'keys-restic-env': '+-----',
};
const kinds = Object.keys(truth) as Request['kind'][];

/** Only compiles while the table of permissions speaks of exactly the requests there are. */
const noneMore: [Exclude<PermittedKind, Request['kind']>, Exclude<Request['kind'], PermittedKind>] extends [
  never,
  never,
]
  ? true
  : false = true;

test('every request has its line, and no other', () => assert.ok(noneMore));

suite('who may ask what', () => {
  for (const kind of kinds) {
    test(`${kind} ${truth[kind]}`, () => {
      const request = aRequest(kind);
      const found = Object.values(callers).map((caller) => (isAllowed(caller, request) ? '+' : '-'));
      assert.equal(found.join(''), truth[kind]);
    });
  }
});

suite('what may wait in the queue is what may be asked for', () => {
  const queued: QueuedRequest['kind'][] = [
    'backup',
    'nightly',
    'restore',
    'run-plan',
    'prepare-download',
    'check',
    'forget',
    'prune',
    'rotate',
    'archive',
    'verify',
    'drill',
    'scheduled-backup',
    'system-backup',
    'catalog-rebuild',
    'local-copy',
    'keys-renew',
    'keys-renew-all',
    'keys-remove-former',
  ];
  for (const kind of queued) {
    test(kind, () => {
      for (const [name, caller] of Object.entries(callers)) {
        const expected = isAllowed(caller, aRequest(kind)) && isAllowed(caller, aRequest('enqueue'));
        assert.equal(isAllowed(caller, { kind: 'enqueue', work: aRequest(kind) }), expected, name);
      }
    });
  }

  test('and an account may put in a backup, a restore and a local copy, nothing else', () => {
    const allowed = queued.filter((kind) => isAllowed(callers.account, { kind: 'enqueue', work: aRequest(kind) }));
    assert.deepEqual(allowed, ['backup', 'run-plan', 'prepare-download', 'local-copy']);
  });
});

suite('another account is unknown, whoever asks and whatever is asked', () => {
  for (const caller of [callers.account, callers.accountSession, callers.staffSession]) {
    test(caller.kind === 'session' ? `${caller.role} session` : caller.kind, async () => {
      for (const kind of kinds) {
        const facts = { account: 'nikos', hint: 'larder status' };
        const request = { kind, account: 'nikos' };
        assert.deepEqual(await failsWith('unknown-account', () => authorise(caller, request)), facts);
        const enqueue = { kind: 'enqueue', work: request } as const;
        assert.deepEqual(await failsWith('unknown-account', () => authorise(caller, enqueue)), facts);
      }
    });
  }

  test('also when the own account is named beside it', async () => {
    const work = { kind: 'backup', account: 'nikos' } as const;
    await failsWith('unknown-account', () => authorise(callers.account, { kind: 'enqueue', account: 'maria', work }));
  });
});

test('who speaks for one account cannot ask about all by naming none', async () => {
  for (const caller of [callers.account, callers.accountSession, callers.staffSession]) {
    for (const kind of kinds) await failsWith('not-allowed', () => authorise(caller, { kind, account: undefined }));
  }
  for (const caller of [callers.root, callers.adminSession]) {
    const request = { kind: 'drills', account: undefined } as const;
    assert.equal(authorise(caller, request), request);
  }
});

test('a name that only looks like the own one is another', async () => {
  for (const account of ['Maria', 'maria ', 'maria\0', '', 'marіa', 'maria/../maria']) {
    await failsWith('unknown-account', () => authorise(callers.account, { kind: 'status', account }));
  }
});

test('what stands in no table is refused to everybody', async () => {
  for (const kind of ['', 'destroy', 'constructor', '__proto__', 'toString', 'Status', 'status ']) {
    for (const caller of Object.values(callers)) {
      await failsWith('not-allowed', () => authorise(caller, { kind: kind as PermittedKind }));
    }
  }
});

test('a request that may be asked comes back as it was', () => {
  const request = aRequest('status');
  assert.equal(authorise(callers.account, request), request);
});

function aRequest(kind: PermittedKind): AskedRequest {
  const hasNoAccount = ['init', 'doctor', 'accounts', 'nightly', 'open-session', 'close-session'].includes(kind);
  if (kind === 'enqueue') return { kind, work: { kind: 'backup', account: 'maria' } };
  return hasNoAccount ? { kind } : { kind, account: 'maria' };
}

function isAllowed(caller: Caller, request: AskedRequest): boolean {
  try {
    return authorise(caller, request) === request;
  } catch (error) {
    assert.ok(isFailure(error, 'not-allowed'));
    return false;
  }
}
