import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { actorOf, readActor, writeActor, type Actor } from '../../../plugin/domain/actor.ts';
import { auditDetails, isAudited } from '../../../plugin/domain/audit-rule.ts';
import { parseAccountName, parseGeneration } from '../../../plugin/domain/ids.ts';
import type { Caller } from '../../../plugin/domain/permission.ts';

const maria = { name: parseAccountName('maria'), generation: parseGeneration('1'.repeat(32)) };
const staff = { staff: 'Eleni', ticket: '#4711', reason: 'down' };
const actors = {
  root: { kind: 'root' },
  account: { kind: 'account' },
  staff: { kind: 'staff', name: 'Eleni', ticket: '#4711', reason: 'down' },
  admin: { kind: 'admin', name: 'Nikos' },
} as const satisfies { readonly [name: string]: Actor };

suite('who did it', () => {
  const callers: readonly (readonly [Caller, Actor])[] = [
    [{ kind: 'root' }, actors.root],
    [{ kind: 'account', ...maria }, actors.account],
    [{ kind: 'session', role: 'account', ...maria }, actors.account],
    [{ kind: 'session', role: 'staff', ...maria, ...staff }, actors.staff],
    [{ kind: 'session', role: 'admin', staff: 'Nikos' }, actors.admin],
  ];
  for (const [caller, actor] of callers) {
    test(`${caller.kind} ${caller.kind === 'session' ? caller.role : ''} is ${actor.kind}, also after it was kept`, () => {
      assert.deepEqual(actorOf(caller), actor);
      assert.deepEqual(readActor(writeActor(actor)), actor);
    });
  }
});

suite('what is written down', () => {
  /** root, account, staff, admin */
  const table: readonly (readonly [{ readonly kind: string; readonly dryRun?: boolean }, string])[] = [
    [{ kind: 'run-plan' }, '++++'],
    [{ kind: 'download' }, '++++'],
    [{ kind: 'keys-restic-env' }, '++++'],
    [{ kind: 'keys-check-recovery' }, '++++'],
    [{ kind: 'forget' }, '++++'],
    [{ kind: 'forget', dryRun: true }, '--++'],
    [{ kind: 'a kind that is new' }, '++++'],
    [{ kind: 'browse' }, '--++'],
    [{ kind: 'find' }, '--++'],
    [{ kind: 'list' }, '----'],
    [{ kind: 'report' }, '----'],
    [{ kind: 'alerts' }, '----'],
    [{ kind: 'drills' }, '----'],
    [{ kind: 'server-drills' }, '----'],
    [{ kind: 'server-inventory' }, '----'],
    [{ kind: 'destinations' }, '----'],
    [{ kind: 'show-drill' }, '--++'],
    [{ kind: 'follow' }, '----'],
  ];
  for (const [request, expected] of table) {
    test(`${request.kind}${request.dryRun === true ? ' without doing it' : ''} ${expected}`, () => {
      const found = Object.values(actors).map((actor) => (isAudited(actor, request) ? '+' : '-'));
      assert.equal(found.join(''), expected);
    });
  }
});

test('no secret is written down, and of a long list the beginning and the length', () => {
  const paths = Array.from({ length: 30 }, (_, at) => `path-${at}`);
  const secrets = { secret: 'abc', password: 'p', identities: ['AGE-SECRET-KEY-1'] };
  const details = auditDetails({ kind: 'x', account: 'maria', ...secrets, point: 'latest', paths });
  assert.deepEqual(details, { point: 'latest', paths: paths.slice(0, 10), pathsCount: 30 });
});
