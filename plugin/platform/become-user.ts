import { readFileSync, readdirSync } from 'node:fs';

export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Makes this process, every thread of it, the user with one group, for good. It must not `exec` afterwards: as it is,
 * the user may neither trace it nor read its memory or environment (ptrace(2), "dumpable").
 * @throws {Error} when it is not root, when the user is root, or when any thread could get back.
 */
export function becomeUser({ uid, gid }: UserIds): void {
  if (!(uid > 0) || !(gid > 0)) throw new Error('a writer never runs as root');
  const { setgroups, setgid, setuid } = process;
  if (setgroups === undefined || setgid === undefined || setuid === undefined) throw new Error('no POSIX system');
  setgroups([gid]);
  setgid(gid);
  setuid(uid);
  refuseWayBack(() => setuid(0));
  refuseWayBack(() => setgid(0));
  for (const thread of readdirSync('/proc/self/task')) {
    checkThread(readFileSync(`/proc/self/task/${thread}/status`, 'utf8'), { uid, gid });
  }
}

function refuseWayBack(attempt: () => void): void {
  try {
    attempt();
  } catch {
    return;
  }
  throw new Error('root could be got back');
}

/** Real, effective, saved and file system ids, groups and capabilities (proc_pid_status(5)). */
function checkThread(status: string, { uid, gid }: UserIds): void {
  const value = (name: string): string => new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(status)?.[1] ?? '';
  const isUser = value('Uid').split(/\s+/).join() === [uid, uid, uid, uid].join();
  const isGroup = value('Gid').split(/\s+/).join() === [gid, gid, gid, gid].join() && value('Groups') === String(gid);
  const hasNothing = ['CapPrm', 'CapEff', 'CapInh', 'CapAmb'].every((name) => /^0+$/.test(value(name)));
  if (!isUser || !isGroup || !hasNothing) throw new Error('a thread kept rights of root');
}
