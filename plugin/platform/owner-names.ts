import { readFileSync } from 'node:fs';

/** Names of owners from /etc/passwd and /etc/group, read once. Directory services are not asked: numbers are what counts. */
export function readOwnerNames(): { user(uid: number): string; group(gid: number): string } {
  const users = namesIn('/etc/passwd');
  const groups = namesIn('/etc/group');
  return { user: (uid) => users.get(uid) ?? '', group: (gid) => groups.get(gid) ?? '' };
}

/** The first name of each number: passwd(5), group(5). */
function namesIn(file: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of readLines(file)) {
    const [name = '', , id = ''] = line.split(':');
    if (/^\d+$/.test(id) && !names.has(Number(id))) names.set(Number(id), name);
  }
  return names;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
