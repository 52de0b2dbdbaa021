import { spawnSync } from 'node:child_process';
import { Failure } from '../domain/failure.ts';

/**
 * Takes an exclusive lock on an open file (flock(2)). It belongs to the open file, which the command shares with us: it
 * stays when the command ends (flock(1), util-linux, present on every Debian), and ends when the last process closes
 * the file. Node opens files close-on-exec, so no other child keeps it by accident.
 * @param waitSeconds how long to wait for whoever has it; 0 not at all.
 * @returns whether it was taken. @throws {Failure} `system-unsupported` without the `flock` command.
 */
export function lockFile(descriptor: number, waitSeconds = 0): boolean {
  const patience = waitSeconds === 0 ? ['--nonblock'] : ['--timeout', String(waitSeconds)];
  const { status, error } = spawnSync('flock', ['--exclusive', ...patience, '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  });
  if (status === 0) return true;
  if (status === 1) return false;
  const facts = { problem: 'the command flock does not work', mend: 'apt-get install util-linux' };
  throw new Failure('system-unsupported', facts, { cause: error });
}
