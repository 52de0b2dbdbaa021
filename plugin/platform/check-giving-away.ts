import { lchownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { hasErrorCode } from './error-code.ts';

/** Whose it becomes does not matter: nobody. */
const somebody = 65_534;

/**
 * Tries in `folder` what every account's socket needs: that root can give a file to somebody else. Otherwise no
 * customer could reach the worker. Who is not root gives nothing away.
 * @throws {Failure} `system-unsupported`, with what to do.
 */
export function checkGivingAway(folder: string): void {
  if (process.geteuid?.() !== 0) return;
  const path = join(folder, `.given-away-${process.pid}`);
  rmSync(path, { force: true }); // of a process that had this number before
  writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  try {
    lchownSync(path, somebody, somebody);
  } catch (cause) {
    if (!hasErrorCode(cause, 'EPERM', 'EINVAL')) throw cause;
    throw new Failure('system-unsupported', { problem: cannotGiveAway, mend: needsChown }, { cause });
  } finally {
    rmSync(path, { force: true });
  }
}

const cannotGiveAway = 'root may not give files to other users, so that no account could have its socket';
const needsChown = 'Give the worker the capability CAP_CHOWN: CapabilityBoundingSet= in its systemd unit.';
