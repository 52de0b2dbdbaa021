import { globSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** What the kernel says about a server that a drill started. */
export interface DrillServer {
  readonly uid: number;
  readonly network: string;
  readonly memory: string;
  readonly command: string;
}

/** @param id of a process. */
export function lookAtServer(id: number): DrillServer {
  return {
    uid: statSync(`/proc/${id}`).uid,
    network: readlinkSync(`/proc/${id}/ns/net`),
    memory: readlinkSync(`/proc/${id}/ns/ipc`),
    command: readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' '),
  };
}

/** Process ids below a process that are called so, without what stands below `besides`. */
export function processesBelow(parent: number | undefined, name: string, besides: readonly number[] = []): number[] {
  const all = globSync('/proc/[0-9]*/stat').flatMap((path) => {
    const text = readStat(path);
    const found = /^(\d+) \((.*)\) (\S) (\d+)/s.exec(text);
    return found === null || found[3] === 'Z' ? [] : [{ id: Number(found[1]), name: found[2], by: Number(found[4]) }];
  });
  const below = new Set([parent ?? 0]);
  for (let size = 0; size !== below.size;) {
    size = below.size;
    for (const { id, by } of all) if (below.has(by) && !besides.includes(id)) below.add(id);
  }
  return all.filter((one) => one.name === name && below.has(one.id) && one.id !== parent).map(({ id }) => id);
}

function readStat(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended since
  }
}
