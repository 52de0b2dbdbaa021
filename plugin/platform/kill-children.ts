import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Kills what a process started, such as the first process of a namespace, with which the kernel ends all others there. The
 * process itself ends with the last of them; where it has started nothing yet it is killed.
 */
export function killChildren(starter: ChildProcess): void {
  const { pid } = starter;
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    for (const child of children) process.kill(Number(child), 'SIGKILL');
    if (children.length === 0) starter.kill('SIGKILL');
  } catch {
    starter.kill('SIGKILL'); // it has ended meanwhile
  }
}
