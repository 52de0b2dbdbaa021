import type { Panel } from '../contracts/panel.ts';
import { readSettingsFile } from '../platform/settings/read-settings-file.ts';
import { registerInFile } from './static-databases.ts';
import { parseAccounts } from './static.ts';

/**
 * The accounts of the demo (`npm start`), from a file as the static panel's. Without root there is but one user, to
 * whom all of them belong.
 * @param ownUid of this process: unless it is root's, accounts may share it.
 */
export function openDemoPanel(file: string, ownUid: number): Panel {
  return {
    kind: 'demo',
    async listAccounts() {
      return parseAccounts(file, readSettingsFile(file), ownUid === 0 ? undefined : ownUid);
    },
    registerDatabase: (account, database, isThere) => registerInFile(file, account, { database, isThere }),
  };
}
