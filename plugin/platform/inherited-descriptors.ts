import { readFileSync, readdirSync } from 'node:fs';

const closeOnExec = 0o2000000;

/** Descriptors above standard error that a program started by this process would get without being given them. */
export function inheritedDescriptors(): number[] {
  return readdirSync('/proc/self/fdinfo')
    .map(Number)
    .filter((descriptor) => descriptor > 2 && isInherited(descriptor));
}

/** Node opens files close-on-exec; what it was itself started with may not be (proc_pid_fdinfo(5)). */
function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    return false; // closed since it was listed
  }
}
