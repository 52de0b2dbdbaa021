import { parseAccountName } from '../../plugin/domain/ids.ts';
import type { PanelAccount } from '../../plugin/domain/account.ts';

/** An account as a panel lists it. */
export function anAccount(name: string, uid: number): PanelAccount {
  const home = `/srv/homes/${name}`;
  return {
    name: parseAccountName(name),
    uid,
    gid: uid,
    home,
    databases: [],
    email: undefined,
    language: undefined,
    trustedUids: [],
  };
}
