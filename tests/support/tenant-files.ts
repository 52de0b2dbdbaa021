import { execFileSync } from 'node:child_process';
import type { EntryAttributes, TreeWriter } from '../../plugin/contracts/tree-writer.ts';
import { isRoot } from './backup-site.ts';
import { tenant } from './restore-site.ts';

/** Gives all of the folder to the tenant. */
export function asTenant(folder: string): void {
  if (isRoot) execFileSync('chown', ['-hR', `${tenant.uid}:${tenant.gid}`, folder]);
}

/** Attributes of an ordinary file of the tenant's. */
export function attributes(changes: Partial<EntryAttributes> = {}): EntryAttributes {
  return { mode: 0o644, modified: { seconds: 1_700_000_000, nanoseconds: 5 }, ...tenant, attributes: [], ...changes };
}

export async function writeFile(
  writer: TreeWriter,
  name: string | Buffer,
  content: string | Buffer,
  changes: Partial<EntryAttributes> = {},
): Promise<void> {
  await writer.beginFile(Buffer.from(name), attributes(changes));
  await writer.data(Buffer.from(content));
  await writer.endFile();
}
