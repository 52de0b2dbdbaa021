/** POSIX ACLs as the kernel keeps them in `system.posix_acl_*` (linux/posix_acl_xattr.h). */
const version = 2;
const headerBytes = 4;
const entryBytes = 8;
const tags = { namedUser: 0x02, namedGroup: 0x08 } as const;
const plainTags: ReadonlySet<number> = new Set([0x01, 0x04, 0x10, 0x20]); // owner, group, mask, others
/** Below it are the system's own users, such as the web server (Debian policy, 9.2.2). */
const firstPersonId = 1000;

export interface AclTrust {
  readonly uid: number;
  readonly gid: number;
  readonly trustedUids: ReadonlySet<number>;
}

export interface FilteredAcl {
  /** Undefined when the bytes are no ACL. */
  readonly value: Buffer | undefined;
  readonly reduced: boolean;
}

/** Leaves out named users and groups that are neither the tenant, nor the system's, nor trusted: here they may be strangers. */
export function filterAcl(value: Buffer, trust: AclTrust): FilteredAcl {
  const whole = (value.length - headerBytes) % entryBytes === 0;
  if (value.length < headerBytes || !whole || value.readUInt32LE(0) !== version) {
    return { value: undefined, reduced: true };
  }
  const kept = [value.subarray(0, headerBytes)];
  for (let at = headerBytes; at < value.length; at += entryBytes) {
    if (mayStay(value.readUInt16LE(at), value.readUInt32LE(at + 4), trust))
      kept.push(value.subarray(at, at + entryBytes));
  }
  const filtered = Buffer.concat(kept);
  return { value: filtered, reduced: filtered.length < value.length };
}

function mayStay(tag: number, id: number, trust: AclTrust): boolean {
  if (plainTags.has(tag)) return true;
  const own = tag === tags.namedUser ? trust.uid : trust.gid;
  const isNamed = tag === tags.namedUser || tag === tags.namedGroup;
  return isNamed && (id === own || id < firstPersonId || trust.trustedUids.has(id));
}
