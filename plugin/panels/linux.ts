import { existsSync, readFileSync } from 'node:fs';
import type { Panel } from '../contracts/panel.ts';
import type { PanelAccount } from '../domain/account.ts';
import { Failure } from '../domain/failure.ts';
import { parsePasswd, type PasswdEntry } from './linux-passwd.ts';

export interface LinuxPanelFiles {
  readonly passwdFile: string;
  /** Says which uids are people (login.defs(5)). May be missing. */
  readonly loginDefinitionsFile: string;
}

/**
 * No panel: every Unix user in the range of ordinary uids (UID_MIN to UID_MAX, 1000 to 60000 where not set) that has a
 * home of its own is an account. A login shell is not asked for: many hosting customers have none.
 */
export function openLinuxPanel({ passwdFile, loginDefinitionsFile }: LinuxPanelFiles): Panel {
  return {
    kind: 'linux',
    async listAccounts() {
      const range = readUidRange(loginDefinitionsFile);
      const entries = parsePasswd(passwdFile, readPasswd(passwdFile)).filter((entry) => isAccount(entry, range));
      refuseSharedUids(passwdFile, entries);
      return entries.map(toAccount).toSorted((one, other) => (one.name < other.name ? -1 : 1));
    },
  };
}

interface UidRange {
  readonly least: number;
  readonly most: number;
}

function readUidRange(file: string): UidRange {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return { least: readSetting(text, 'UID_MIN') ?? 1000, most: readSetting(text, 'UID_MAX') ?? 60000 };
}

function readSetting(text: string, name: 'UID_MIN' | 'UID_MAX'): number | undefined {
  const digits = new RegExp(`^\\s*${name}\\s+(\\d+)`, 'm').exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function readPasswd(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const facts = { file, line: 1, problem: 'it cannot be read', hint: 'the panel "linux" needs it' };
    throw new Failure('configuration-invalid', facts, { cause: error });
  }
}

/** Homes that no person has: nobody means to keep these as a customer's files. */
const systemHome =
  /^\/(?:$|(?:bin|boot|dev|etc|lib|nonexistent|proc|root|run|sbin|sys|usr|var\/empty|var\/run)(?:\/|$))/;

/** 65534 is nobody (systemd "Users, Groups, UIDs and GIDs"). Names that end in `$` are machines (Samba). */
function isAccount({ name, uid, home }: PasswdEntry, { least, most }: UidRange): boolean {
  return uid >= Math.max(least, 1) && uid <= most && uid !== 65534 && !name.endsWith('$') && !systemHome.test(home);
}

function refuseSharedUids(file: string, entries: readonly PasswdEntry[]): void {
  const names = new Map<number, string>();
  for (const { name, uid, line } of entries) {
    const owner = names.get(uid);
    if (owner !== undefined) {
      const problem = `"${owner}" and "${name}" have the same uid ${uid}`;
      throw new Failure('configuration-invalid', { file, line, problem, hint: 'give each account its own uid' });
    }
    names.set(uid, name);
  }
}

function toAccount({ accountName, uid, gid, home }: PasswdEntry): PanelAccount {
  return { name: accountName(), uid, gid, home, databases: [], email: undefined, language: undefined, trustedUids: [] };
}
