import type { Panel } from '../contracts/panel.ts';
import type { PanelAccount } from '../domain/account.ts';
import { parseJsonDocument } from '../platform/settings/json-document.ts';
import { readSettingsFile } from '../platform/settings/read-settings-file.ts';
import { refuseKey, type Section } from '../platform/settings/section.ts';
import { refuse } from '../platform/settings/settings-document.ts';
import { readAccount } from './static-account.ts';
import { registerInFile } from './static-databases.ts';

/**
 * Accounts from a JSON file, read anew at every call: `docs/configuration.md` describes it.
 * `listAccounts` also throws `configuration-missing` and, when others may write the file, `state-unsafe`.
 */
export function openStaticPanel(file: string): Panel {
  let last: { readonly text: string; readonly accounts: readonly PanelAccount[] } | undefined;
  return {
    kind: 'static',
    async listAccounts() {
      const text = readSettingsFile(file);
      if (last?.text !== text) last = { text, accounts: parseAccounts(file, text) };
      return [...last.accounts];
    },
    registerDatabase: (account, database, isThere) => registerInFile(file, account, { database, isThere }),
  };
}

/**
 * @param sharedUid which several accounts may have; undefined: none.
 * @throws {Failure} `configuration-invalid` with the line of what is wrong.
 */
export function parseAccounts(file: string, text: string, sharedUid?: number): PanelAccount[] {
  const document = parseJsonDocument(file, text);
  if (!Array.isArray(document.value))
    refuse(document, [], 'the file must hold a list', 'begin with "[" and end with "]"');
  const items: readonly unknown[] = document.value;
  const read = items.map((item, index) => readAccount(document, index, item));
  for (const [index, { section, account }] of read.entries()) {
    refuseRepeated(
      section,
      account,
      read.slice(0, index).map((earlier) => earlier.account),
      sharedUid,
    );
    refuseTrustInNeighbours(
      section,
      account,
      read.map((other) => other.account),
    );
  }
  return read.map(({ account }) => account).toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function refuseRepeated(
  section: Section,
  account: PanelAccount,
  earlier: readonly PanelAccount[],
  sharedUid: number | undefined,
): void {
  if (earlier.some(({ name }) => name === account.name)) {
    refuseKey(section, 'name', `two accounts are named "${account.name}"`, 'give each its own name');
  }
  const owner = earlier.find(({ uid }) => uid === account.uid && uid !== sharedUid);
  if (owner !== undefined) {
    refuseKey(section, 'uid', `"${owner.name}" has the uid ${account.uid} too`, 'give each account its own uid');
  }
}

/** Whose files one trusts, one may read: that is never another customer. */
function refuseTrustInNeighbours(section: Section, account: PanelAccount, all: readonly PanelAccount[]): void {
  const neighbour = all.find(({ uid }) => uid !== account.uid && account.trustedUids.includes(uid));
  if (neighbour === undefined) return;
  refuseKey(section, 'trustedUids', `${neighbour.uid} is the uid of the account "${neighbour.name}"`, 'remove it');
}
