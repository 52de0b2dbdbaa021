import { readFileSync } from 'node:fs';

/** The id of a local group (group(5)). @returns undefined when there is none of this name. */
export function findGroup(name: string): number | undefined {
  for (const line of readFileSync('/etc/group', 'utf8').split('\n')) {
    const [group, , id] = line.split(':');
    if (group === name && id !== undefined && /^\d+$/.test(id)) return Number(id);
  }
  return undefined;
}
