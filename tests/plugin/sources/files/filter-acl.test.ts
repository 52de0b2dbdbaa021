import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { filterAcl } from '../../../../plugin/sources/files/filter-acl.ts';

const trust = { uid: 20001, gid: 20001, trustedUids: new Set([30000]) };
const tags = { owner: 1, user: 2, owningGroup: 4, group: 8, mask: 16, others: 32 } as const;

function acl(...entries: readonly (readonly [keyof typeof tags, number?])[]): Buffer {
  const bytes = Buffer.alloc(4 + entries.length * 8);
  bytes.writeUInt32LE(2);
  entries.forEach(([tag, id = 0xffff_ffff], index) => {
    bytes.writeUInt16LE(tags[tag], 4 + index * 8);
    bytes.writeUInt16LE(7, 6 + index * 8);
    bytes.writeUInt32LE(id, 8 + index * 8);
  });
  return bytes;
}

const minimal = [['owner'], ['owningGroup'], ['mask'], ['others']] as const;
const cases = [
  { title: 'owner, group, mask and others stay', named: [], stays: true },
  { title: 'the tenant stays', named: [['user', 20001]], stays: true },
  { title: 'the tenant’s group stays', named: [['group', 20001]], stays: true },
  { title: 'users of the system stay, such as the web server', named: [['user', 33]], stays: true },
  { title: 'trusted users stay', named: [['user', 30000]], stays: true },
  { title: 'another tenant goes', named: [['user', 20002]], stays: false },
  { title: 'another tenant’s group goes', named: [['group', 20002]], stays: false },
] as const;

suite('an ACL that comes back grants nothing to strangers', () => {
  for (const { title, named, stays } of cases) {
    test(title, () => {
      const { value, reduced } = filterAcl(acl(...minimal, ...named), trust);
      assert.equal(reduced, !stays);
      assert.deepEqual(value, stays ? acl(...minimal, ...named) : acl(...minimal));
    });
  }

  for (const bytes of [Buffer.alloc(0), Buffer.alloc(3), Buffer.alloc(12), acl(...minimal).subarray(0, 9)]) {
    test(`${bytes.length} bytes that are no ACL are left out`, () => {
      assert.deepEqual(filterAcl(bytes, trust), { value: undefined, reduced: true });
    });
  }
});
