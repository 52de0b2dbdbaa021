import type { BackupReport, PathBytes, Progress } from '../protocol/requests.ts';
import { backUpAccount } from './back-up-account.ts';
import { findAccount } from './find-account.ts';
import { parseHomePath } from './home-path.ts';
import type { Services } from './services.ts';

/**
 * Backs up an account, some paths of it, or its databases alone, because somebody asked.
 * @throws {Failure} `unknown-account`, `path-outside-home`; how the backup itself went is in the report.
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
