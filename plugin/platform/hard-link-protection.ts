import { readFileSync } from 'node:fs';

const setting = '/proc/sys/fs/protected_hardlinks';

/**
 * Whether the kernel stops users from linking to files of others (sysctl fs, kernel documentation). Without it a
 * tenant can link any file of the server into the home.
 */
export function areHardLinksProtected(): boolean {
  return readFileSync(setting, 'utf8').trim() === '1';
}
