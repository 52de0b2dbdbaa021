import type { BackupReport, PathBytes, Progress } from '../protocol/requests.ts';
import { backUpAccount } from './back-up-account.ts';
import { findAccount } from './find-account.ts';
import { parseHomePath } from './home-path.ts';
import { backUpIntoArchive } from './archive-own.ts';
import { ownKeyOf, refuseForOwnKey } from './own-key.ts';
import type { Services } from './services.ts';

/**
 * Backs up an account, some paths of it, or its databases alone, because somebody asked.
 * One with a passphrase of its own gets an archive that only it opens, and never of a part.
 * @throws {Failure} `unknown-account`, `path-outside-home`, `own-passphrase`; how the backup itself went is in the report.
 */
export async function backUpOnRequest(
  services: Services,
  request: { account: string; paths: readonly PathBytes[]; label: string | undefined; only?: 'databases' | undefined },
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<BackupReport> {
  const account = await findAccount(services, request.account);
  const paths = request.paths.map((path) => parseHomePath(path, account.home));
  const whole = paths.some((path) => path.length === 0);
  if ((await ownKeyOf(services, account)) !== undefined) {
    const isPart = request.only !== undefined || (paths.length > 0 && !whole);
    if (isPart) await refuseForOwnKey(services, account, 'Back up all of it: larder backup.');
    return backUpIntoArchive({ services, onProgress, signal }, account);
  }
  const expected = (await services.records.lastRuns()).get(account.generation);
  const { label } = request;
  if (request.only !== undefined) {
    return backUpAccount(
      services,
      { account, kind: 'database', paths: [], label, expected: undefined },
      onProgress,
      signal,
    );
  }
  const order = { account, kind: 'manual', paths: whole ? [] : paths, label, expected } as const;
  return backUpAccount(services, order, onProgress, signal);
}
