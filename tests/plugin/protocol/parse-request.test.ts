import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { isFailure, type Failure } from '../../../plugin/domain/failure.ts';
import { encodeFrame, FrameDecoder } from '../../../plugin/protocol/frames.ts';
import { parseRequest } from '../../../plugin/protocol/parse-request.ts';
import type { Request } from '../../../plugin/protocol/requests.ts';
import { anyRequest } from '../../support/any-request.ts';
import { failsWith } from '../../support/failures.ts';

const requests: { readonly [kind: string]: fc.Arbitrary<Request> } = anyRequest('maria');

suite('a request that is sent is the request that is read', () => {
  for (const [kind, request] of Object.entries(requests)) {
    test(kind, () => {
      fc.assert(
        fc.property(request, (sent) => {
          const [frame] = [...new FrameDecoder().read(encodeFrame({ request: sent }))];
          assert.deepEqual(withoutAbsent(parseRequest(frame?.['request'])), withoutAbsent(sent));
          assert.deepEqual(parseRequest(sent), parseRequest(frame?.['request']));
        }),
        { numRuns: 50 },
      );
    });
  }
});

suite('a request with a field too many, too few or of another type is refused by the name of the field', () => {
  for (const [kind, request] of Object.entries(requests)) {
    test(kind, () => {
      fc.assert(
        fc.property(request, fc.constantFrom(null, [], {}, -1, 1.5, '\ud800', Number.NaN), (sent, wrong) => {
          assert.equal(fieldOf({ ...sent, uid: 0 }), 'uid');
          for (const [name, value] of Object.entries(sent)) {
            if (isRight(kind, name, { value, wrong })) continue;
            const field = fieldOf({ ...sent, [name]: wrong });
            assert.ok(field === name || field?.startsWith(`${name}.`) || name === 'kind' || name === 'role', name);
            const { [name]: left, ...rest } = sent as { [name: string]: unknown };
            if (left !== undefined && isNeeded(kind, name)) assert.notEqual(fieldOf(rest), undefined, name);
          }
        }),
        { numRuns: 30 },
      );
    });
  }
});

/** Lists that may be left out are lists all the same, and an empty wish is one. */
function isRight(kind: string, name: string, { value, wrong }: { value: unknown; wrong: unknown }): boolean {
  if (Array.isArray(wrong)) return Array.isArray(value) || ['except', 'accounts', 'recipients', 'of'].includes(name);
  return ['retention-simulate policy', 'draft change'].includes(`${kind} ${name}`);
}

/** Fields whose type has `undefined` in it may be left out. */
function isNeeded(kind: string, name: string): boolean {
  const optional = [
    'label',
    'only',
    'ifWanted',
    'changed',
    'of',
    'marks',
    'mail',
    'window',
    'to',
    'job',
    'point',
    'days',
    'from',
    'until',
    'accounts',
    'except',
    'minutes',
    'change',
    'recipients',
  ];
  const forAll = [
    'archive',
    'catalog-rebuild',
    'check',
    'copy',
    'drill',
    'drills',
    'prune',
    'retention-simulate',
    'rotate',
    'verify',
  ];
  if (forAll.includes(kind) && name === 'account') return false;
  if (
    [
      'download database',
      'download prepared',
      'databases database',
      'browse passphrase',
      'download passphrase',
    ].includes(`${kind} ${name}`)
  )
    return false;
  if (kind === 'draft') return name === 'account';
  if (['from', 'source', 'destination'].includes(name)) {
    return ['diff from', 'report from'].includes(`${kind} ${name}`) || ['destination-test', 'recover'].includes(kind);
  }
  if (
    ['diff', 'browse', 'restore', 'plan', 'download', 'databases', 'tables', 'table', 'plan-database'].includes(kind) &&
    ['to', 'point'].includes(name)
  ) {
    return !(kind === 'restore' && name === 'to');
  }
  return !(optional.includes(name) && !['follow', 'cancel'].includes(kind));
}

suite('a request is refused', () => {
  const status = { kind: 'status', account: 'maria' };
  const backup = { kind: 'backup', account: 'maria', paths: [] };
  const find = { kind: 'find', account: 'maria', name: 'x', limit: 10 };
  const plan = {
    kind: 'plan',
    account: 'maria',
    point: 'latest',
    paths: [],
    target: { kind: 'in-place' },
    mode: 'merge',
  };
  const policy = { kind: 'local-copy-policy', account: 'maria', policy: { paths: [], every: 'day', keep: 3 } };
  const refused: readonly (readonly [why: string, request: unknown, field: string])[] = [
    ['that is nothing', undefined, 'request'],
    ['that is a list', [status], 'request'],
    ['without a kind', { account: 'maria' }, 'kind'],
    ['of an unknown kind', { kind: 'destroy' }, 'kind'],
    ['of a kind that every object has', { kind: 'constructor' }, 'kind'],
    ['of a kind that is a list', { kind: ['status'], account: 'maria' }, 'kind'],
    ['with a field that is not its', { ...status, session: 'x' }, 'session'],
    ['with null for a field that may be absent', { ...backup, label: null }, 'label'],
    ['with a list for the account', { kind: 'status', account: ['maria'] }, 'account'],
    ['with an empty account', { kind: 'status', account: '' }, 'account'],
    ['with a very long account', { kind: 'status', account: 'm'.repeat(256) }, 'account'],
    ['with a label of 201 characters', { ...backup, label: '😀'.repeat(201) }, 'label'],
    ['with a name of 256 bytes', { ...find, name: 'é'.repeat(128) }, 'name'],
    ['with an empty name', { ...find, name: '' }, 'name'],
    ['with no limit', { ...find, limit: 0 }, 'limit'],
    ['with a limit that is a text', { ...find, limit: '10' }, 'limit'],
    ['with a limit beyond reason', { ...find, limit: 10_001 }, 'limit'],
    ['with 1,001 paths', { ...backup, paths: Array.from({ length: 1001 }, () => '') }, 'paths'],
    ['with paths that are one text', { ...backup, paths: 'YQ==' }, 'paths'],
    ['with base64 without its padding', { ...backup, paths: ['YQ'] }, 'paths'],
    ['with base64 of another alphabet', { ...backup, paths: ['-_-_'] }, 'paths'],
    ['with base64 with loose bits', { ...backup, paths: ['YR=='] }, 'paths'],
    ['with base64 with a line end', { ...backup, paths: ['YWJj\n'] }, 'paths'],
    ['with a path that has a zero byte', { ...backup, paths: [Buffer.from('a\0b').toString('base64')] }, 'paths'],
    ['with an unknown mode', { ...plan, mode: 'force' }, 'mode'],
    ['with an unknown target', { ...plan, target: { kind: 'root' } }, 'target.kind'],
    ['with a target without its folder', { ...plan, target: { kind: 'folder' } }, 'target.path'],
    ['with a folder where none belongs', { ...plan, target: { kind: 'in-place', path: '' } }, 'target.path'],
    ['with 32 local copies', { ...policy, policy: { ...policy.policy, keep: 32 } }, 'policy.keep'],
    [
      'with a negative offset',
      { kind: 'download', account: 'maria', point: 'latest', paths: [], offset: -1 },
      'offset',
    ],
    ['with work that cannot wait', { kind: 'enqueue', work: status }, 'work.kind'],
    ['with work within work', { kind: 'enqueue', work: { kind: 'enqueue', work: backup } }, 'work.kind'],
    ['with work that has a field too many', { kind: 'enqueue', work: { ...backup, uid: 0 } }, 'work.uid'],
    ['with a role that does not sign in', { kind: 'login', role: 'root' }, 'role'],
    ['with the field of another role', { kind: 'login', role: 'account', account: 'maria', staff: 'x' }, 'staff'],
  ];
  for (const [why, request, field] of refused) test(why, () => assert.equal(fieldOf(request), field));
});

test('what is shown of a refused value is short and can be written', async () => {
  const value = `${'x'.repeat(79)}😀`;
  const facts = await failsWith('invalid-input', () => parseRequest({ kind: 'status', account: value.repeat(10) }));
  assert.equal(facts.text, `${'x'.repeat(79)}\ufffd`);
});

/** @returns the field that is named when the request is refused. */
function fieldOf(request: unknown): string | undefined {
  try {
    parseRequest(request);
    return undefined;
  } catch (error) {
    assert.ok(isFailure(error, 'invalid-input'), String(error));
    return (error as Failure<'invalid-input'>).facts.field;
  }
}

function withoutAbsent(request: Request): unknown {
  return JSON.parse(JSON.stringify(request));
}
