import { execFile } from 'node:child_process';
import { findIsolation } from '../../platform/isolated-program.ts';
import { findPhp, readExtensions } from './find-php.ts';

/** Whether drills could ask restored sites, and if not, what is missing. */
export type PhpFinding =
  | { readonly kind: 'good'; readonly php: string }
  | { readonly kind: 'no-php' | 'no-php-mysql' | 'no-isolation'; readonly php: string };

/** @param uid as whom PHP is tried out where this is root. */
export async function examinePhp(named: string | undefined, uid: number): Promise<PhpFinding> {
  const php = findPhp(named);
  if (php === undefined) return { kind: 'no-php', php: named ?? 'php-cgi' };
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || (await findIsolation()) !== 'namespaces') return { kind: 'no-isolation', php };
  const said = await listExtensions(php, uid);
  if (said === undefined) return { kind: 'no-php', php };
  return { kind: readExtensions(said).has('mysqli') ? 'good' : 'no-php-mysql', php };
}

function listExtensions(php: string, uid: number): Promise<string | undefined> {
  const options = { uid, gid: uid, env: { LC_ALL: 'C' }, cwd: '/', timeout: 60_000 };
  return new Promise((resolve) => {
    execFile(php, ['-m'], options, (error, output) => resolve(error === null ? output : undefined));
  });
}
