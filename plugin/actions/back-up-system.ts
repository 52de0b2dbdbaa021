import { systemAccount } from '../domain/system-account.ts';
import type { BackupReport } from '../protocol/requests.ts';
import { backUpAccount } from './back-up-account.ts';
import type { Performing } from './services.ts';

const settings = '/etc';

/**
 * Backs up the server itself: its settings, further folders that the configuration names, and what is needed to make
 * another server know all accounts and restore points again. @throws {Failure} as `SystemCopy.make`.
 */
export async function backUpSystem({ services, onProgress, signal }: Performing): Promise<BackupReport> {
  services.machine.giveWay(services.configuration.limits);
  const { folder, uids } = await services.systemCopy.make();
  const { systemFolders } = services.configuration.schedule;
  const order = {
    account: systemAccount(services.serverId, uids),
    kind: 'nightly',
    paths: [settings, folder, ...systemFolders].map(partsBelowRoot),
    label: undefined,
    expected: undefined,
  } as const;
  return backUpAccount(services, order, onProgress, signal);
}

function partsBelowRoot(path: string): Buffer[] {
  return path
    .slice(1)
    .split('/')
    .map((part) => Buffer.from(part));
}
