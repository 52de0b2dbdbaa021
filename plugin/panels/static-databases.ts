import { statSync } from 'node:fs';
import type { AccountName } from '../domain/ids.ts';
import { replaceFile } from '../platform/atomic-file.ts';
import { readSettingsFile } from '../platform/settings/read-settings-file.ts';

/**
 * Adds a database to an account in `accounts.json`, or takes it away; everything else in the file stays. Whoever reads
 * meanwhile reads the one or the other.
 */
export async function registerInFile(
  file: string,
  account: AccountName,
  { database, isThere }: { readonly database: string; readonly isThere: boolean },
): Promise<void> {
  const items = JSON.parse(readSettingsFile(file)) as { name: string; databases?: string[] }[];
  const changed = items.map((item) => {
    if (item.name !== account) return item;
    const others = (item.databases ?? []).filter((name) => name !== database);
    return { ...item, databases: isThere ? [...others, database] : others };
  });
  await replaceFile(file, `${JSON.stringify(changed, null, 2)}\n`, statSync(file).mode & 0o777);
}
