import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runLarder } from '../../support/run-larder.ts';
import { pathBytes } from '../../support/recorded-points.ts';

const backup = { kind: 'backup', account: 'maria', paths: [], label: undefined };
const restore = {
  kind: 'restore',
  account: 'maria',
  paths: [pathBytes('a')],
  point: 'latest',
  to: '/tmp/x',
  dryRun: false,
};

const plan = {
  kind: 'plan',
  account: 'maria',
  point: 'latest',
  paths: [pathBytes('a')],
  target: { kind: 'in-place' },
  mode: 'merge',
};
const diff = { kind: 'diff', account: 'maria', from: 'latest', to: 'now', path: pathBytes('a'), limit: 1000 };

const understood = [
  { argv: ['--account', 'maria', 'backup'], request: backup },
  { argv: ['backup', '--account=maria', '--no-color'], request: backup },
  { argv: ['backup', '--account', 'maria', '-m', 'before 7.0'], request: { ...backup, label: 'before 7.0' } },
  { argv: ['backup', '--account', 'maria', '--label=-x-'], request: { ...backup, label: '-x-' } },
  { argv: ['backup', '--account', 'maria', '.'], request: { ...backup, paths: [''] } },
  { argv: ['backup', '--account', 'maria', '~/mail/', './a//b/.'], request: { ...backup, paths: ['mail', 'a/b'].map((path) => pathBytes(path)) } },
  { argv: ['backup', '--account', 'maria', '--', '-odd', '--json'], request: { ...backup, paths: ['-odd', '--json'].map((path) => pathBytes(path)) } },
  { argv: ['backup', '--account', 'maria', 'caf\\xe9'], request: { ...backup, paths: [pathBytes(Uint8Array.of(0x63, 0x61, 0x66, 0xe9))] } },
  { argv: ['backup', '--account', 'maria', '/etc/passwd', '../x'], request: { ...backup, paths: ['/etc/passwd', '../x'].map((path) => pathBytes(path)) } },
  { argv: ['restore', 'a', '--at', 'LATEST', '--to', '/tmp/x', '--account', 'maria'], request: restore },
  { argv: ['restore', 'a', '--at', '1A2B3C4D', '--to', '/tmp/x', '--account', 'maria'], request: { ...restore, point: '1a2b3c4d' } },
  { argv: ['restore', 'a', '--at', 'yesterday', '--to', 'x', '--account', 'maria'], request: { ...restore, point: '2026-11-19T21:59:59.999Z', to: '/root/work/x' } },
  { argv: ['restore', 'a', '--at', 'latest', '--dry-run', '--account', 'maria'], request: plan },
  { argv: ['restore', 'a', '--at', 'latest', '--delete', '--dry-run', '--account', 'maria'], request: { ...plan, mode: 'exact' } },
  { argv: ['restore', 'a', '--at', 'latest', '--dry-run', '--to', '/srv/homes/maria/x', '--account', 'maria'], request: { ...plan, target: { kind: 'folder', path: pathBytes('x') } } },
  { argv: ['restore', 'a', '--at', 'latest', '--dry-run', '--to=~/x', '--account', 'maria'], request: { ...plan, target: { kind: 'folder', path: pathBytes('x') } } },
  { argv: ['undo', '--dry-run', '--account', 'maria'], request: { kind: 'plan-undo', account: 'maria', job: undefined } },
  { argv: ['undo', 'k3v9q2xw', '--dry-run', '--account', 'maria'], request: { kind: 'plan-undo', account: 'maria', job: 'k3v9q2xw' } },
  { argv: ['backup', '--no-wait', '--account', 'maria'], request: { kind: 'enqueue', work: backup } },
  { argv: ['list', '--account', 'maria'], request: { kind: 'list', account: 'maria', changed: undefined } },
  { argv: ['list', '--changed', 'a', '--account', 'maria'], request: { kind: 'list', account: 'maria', changed: pathBytes('a') } },
  { argv: ['find', '*.sql', '--account', 'maria'], request: { kind: 'find', account: 'maria', name: '*.sql', point: undefined, limit: 1000 } },
  { argv: ['find', 'a', '--at', '1a2b3c4d', '--account', 'maria'], request: { kind: 'find', account: 'maria', name: 'a', point: '1a2b3c4d', limit: 1000 } },
  { argv: ['versions', 'a', '--account', 'maria'], request: { kind: 'versions', account: 'maria', path: pathBytes('a') } },
  { argv: ['diff', 'latest', '--account', 'maria'], request: { ...diff, path: '' } },
  { argv: ['diff', 'latest', 'a', '--account', 'maria'], request: diff },
  { argv: ['diff', 'latest', 'now', 'a', '--account', 'maria'], request: diff },
  { argv: ['diff', 'latest', './now', '--account', 'maria'], request: { ...diff, path: pathBytes('now') } },
  { argv: ['diff', '1a2b3c4d', 'latest', '--account', 'maria'], request: { ...diff, from: '1a2b3c4d', to: 'latest', path: '' } },
  { argv: ['status', '--account', 'maria'], request: { kind: 'status', account: 'maria' } },
  { argv: ['jobs', '--account', 'maria'], request: { kind: 'jobs', account: 'maria', limit: 50 } },
  { argv: ['cancel', 'k3v9q2xw', '--account', 'maria'], request: { kind: 'cancel', account: 'maria', job: 'k3v9q2xw' } },
  { argv: ['local-copy', '--account', 'maria'], request: { kind: 'local-copy', account: 'maria', paths: [''], keep: 3 } },
  { argv: ['local-copy', 'a', '--keep', '31', '--account', 'maria'], request: { kind: 'local-copy', account: 'maria', paths: [pathBytes('a')], keep: 31 } },
  { argv: ['local-copies', '--account', 'maria'], request: { kind: 'local-copies', account: 'maria' } },
  { argv: ['local-copies', '--every', 'week', 'a', '--account', 'maria'], request: { kind: 'local-copy-policy', account: 'maria', policy: { paths: [pathBytes('a')], every: 'week', keep: 3 } } },
  { argv: ['audit', '--verify'], request: { kind: 'audit-log', limit: 100, verify: true } },
  { argv: ['audit', '--account', 'maria'], request: { kind: 'audit', account: 'maria', limit: 100 } },
  { argv: ['catalog', 'rebuild'], request: { kind: 'catalog-rebuild', account: undefined } },
  { argv: ['keys', 'renew', '--all', '--dry-run'], request: { kind: 'keys-renew-all', dryRun: true, acceptLoss: false } },
  { argv: ['keys', 'renew', '--yes', '--account', 'maria'], request: { kind: 'keys-renew', account: 'maria', dryRun: false, acceptLoss: false } },
  { argv: ['keys', 'remove-former', '--dry-run', '--accept-loss', '--account', 'maria'], request: { kind: 'keys-remove-former', account: 'maria', dryRun: true, acceptLoss: true } },
  { argv: ['login', '--account', 'maria'], request: { kind: 'login', role: 'account', account: 'maria' } },
  { argv: ['login', '--admin', 'eleni'], request: { kind: 'login', role: 'admin', staff: 'eleni' } },
  { argv: ['login', '--staff', 'eleni', '--ticket', '4711', '--reason', 'down', '--account', 'maria'], request: { kind: 'login', role: 'staff', account: 'maria', staff: 'eleni', ticket: '4711', reason: 'down' } },
  { argv: ['check'], request: { kind: 'check', account: undefined, readData: false } },
  { argv: ['check', '--read-data', '--account', 'maria'], request: { kind: 'check', account: 'maria', readData: true } },
  { argv: ['prune', '--dry-run'], request: { kind: 'prune', account: undefined, dryRun: true } },
  { argv: ['keys', 'restic-env', '--account', 'maria'], request: { kind: 'keys-restic-env', account: 'maria' } },
  { argv: ['keys', '--account', 'maria', 'restic-env'], request: { kind: 'keys-restic-env', account: 'maria' } },
  { argv: ['forget', '5e6f7a8b', '99AABBCC', '--account', 'maria'], request: { kind: 'forget', account: 'maria', points: ['5e6f7a8b', '99aabbcc'], dryRun: false } },
  { argv: ['browse', 'latest', '--account', 'maria'], request: { kind: 'browse', account: 'maria', point: 'latest', path: '', marks: true } },
]; // prettier-ignore

for (const { argv, request } of understood) {
  test(`larder ${argv.join(' ')} asks for ${request.kind}`, async () => {
    const { requests } = await runLarder(argv);
    assert.deepEqual(requests, [request]);
  });
}

const refused = [
  { argv: ['bakup'], says: /no command “bakup”\. Did you mean “larder backup”\?/ },
  { argv: ['frobnicate'], says: /“larder help” shows what there is/ },
  { argv: ['keys'], says: /no command “keys”\. “larder help keys” shows which there are/ },
  { argv: ['keys', 'zzzzzz'], says: /no command “keys zzzzzz”\. “larder help keys”/ },
  { argv: ['keys', 'rotat'], says: /no command “keys rotat”\. Did you mean “larder keys rotate”/ },
  { argv: ['retention'], says: /Did you mean “larder retention simulate”/ },
  { argv: ['list', '--acount', 'maria'], says: /“--acount” does not work here\. Did you mean “--account”/ },
  { argv: ['list', '-x'], says: /“-x” does not work here/ },
  { argv: ['list', '--read-data', '--account', 'maria'], says: /“--read-data” does not work here/ },
  { argv: ['list'], says: /--account is missing\. Usage: larder --account NAME list/ },
  { argv: ['list', '--account'], says: /“--account” does not work here\. It needs a value/ },
  { argv: ['list', '--account', '--json-'], says: /It needs a value/ },
  { argv: ['list', '--account='], says: /It needs a value/ },
  { argv: ['list', '--account', 'a', '--account', 'b'], says: /only once/ },
  { argv: ['list', '--account', 'a', '--yes=no'], says: /It takes no value/ },
  { argv: ['list', 'surplus', '--account', 'maria'], says: /The argument “surplus” does not work here/ },
  { argv: ['nightly', '--account', 'maria'], says: /not about one account/ },
  { argv: ['restore', '--at', 'latest', '--account', 'maria'], says: /PATH is missing\. Usage/ },
  { argv: ['restore', 'a', '--account', 'maria'], says: /--at is missing\. Say when/ },
  { argv: ['restore', 'a', '--at', 'whenever', '--account', 'maria'], says: /The time “whenever”.*yesterday 20:00/ },
  { argv: ['restore', '', '--at', 'latest', '--account', 'maria'], says: /PATH is missing/ },
  { argv: ['backup', 'a\\x00b', '--account', 'maria'], says: /zero byte/ },
  { argv: ['forget', 'latest', '--account', 'maria'], says: /Give an id from “larder list”/ },
  { argv: ['forget', '--account', 'maria'], says: /POINT is missing/ },
  {
    argv: ['restore', 'a', '--at', 'latest', '--to', '/tmp/x', '--delete', '--account', 'maria'],
    says: /“--delete” does not work here. It works only within the home/,
  },
  {
    argv: ['download', 'a', '--at', 'latest', '--account', 'maria'],
    says: /--output is missing. Name a file for the zip/,
  },
  { argv: ['download', 'a', '-o', 'x', '--account', 'maria'], says: /--at is missing/ },
  {
    argv: ['local-copy', '--keep', '32', '--account', 'maria'],
    says: /“32” does not work here. Give a number from 1 to 31/,
  },
  { argv: ['local-copies', '--every', 'hour', '--account', 'maria'], says: /“hour” does not work here. Say how often/ },
  { argv: ['local-copies', 'a', '--account', 'maria'], says: /--every is missing/ },
  { argv: ['login'], says: /--account is missing/ },
  { argv: ['login', '--staff', 'eleni', '--account', 'maria'], says: /--ticket is missing/ },
  { argv: ['login', '--admin', 'eleni', '--account', 'maria'], says: /“--account” does not work here/ },
  { argv: ['login', '--ticket', '1', '--account', 'maria'], says: /“--ticket” does not work here/ },
  { argv: ['completion', 'tcsh'], says: /“tcsh” does not work here/ },
  { argv: ['complet'], says: /Did you mean “larder completion”/ },
  { argv: ['help', 'complete'], says: /no command “complete”/ },
  { argv: ['serve'], says: /“larder help serve” shows which there are/ },
  { argv: ['help', 'restor'], says: /Did you mean “larder help restore”/ },
];

for (const { argv, says } of refused) {
  test(`larder ${argv.join(' ')} is refused in a sentence that helps`, async () => {
    const { exitCode, stdout, stderr, requests } = await runLarder(argv);
    assert.deepEqual({ exitCode, stdout, requests }, { exitCode: 2, stdout: '', requests: [] });
    assert.match(stderr, says);
    assert.equal(stderr.trimEnd().split('\n').length, 1);
  });
}
