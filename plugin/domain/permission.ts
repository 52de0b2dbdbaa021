import { Failure } from './failure.ts';
import { systemName } from './system-account.ts';
import type { AccountName, Generation } from './ids.ts';

/** Who asks, as the worker proved it: by the socket that accepted, or by a session it opened itself. */
export type Caller =
  | { readonly kind: 'root' }
  | { readonly kind: 'account'; readonly name: AccountName; readonly generation: Generation }
  /** The web app by itself, for nobody. */
  | { readonly kind: 'web' }
  | {
      readonly kind: 'session';
      readonly role: 'account';
      readonly name: AccountName;
      readonly generation: Generation;
    }
  | {
      readonly kind: 'session';
      readonly role: 'staff';
      readonly name: AccountName;
      readonly generation: Generation;
      /** Who acts, for which ticket, and why. */
      readonly staff: string;
      readonly ticket: string;
      readonly reason: string;
    }
  | { readonly kind: 'session'; readonly role: 'admin'; readonly staff: string };

type Role = 'root' | 'account' | 'web' | 'account-session' | 'staff-session' | 'admin-session';

const root: readonly Role[] = ['root'];
/** Nothing here deletes a restore point, shortens what is kept, or shows a key: a hacked site has its account's uid. */
const own: readonly Role[] = ['root', 'account', 'account-session'];
/** What lets backups go: not for the socket of an account, and a hacked site behind it. */
const signedIn: readonly Role[] = ['root', 'account-session'];
/** What is between the tenant and its data alone: neither root nor support. */
const tenant: readonly Role[] = ['account', 'account-session'];
/** A member of staff sees names and dates of the one account of the ticket, never contents. */
const supported: readonly Role[] = [...own, 'staff-session'];
const read: readonly Role[] = [...supported, 'admin-session'];
const sessions: readonly Role[] = ['account-session', 'staff-session', 'admin-session'];

const permissions = {
  init: root,
  doctor: root,
  accounts: ['root', 'admin-session'],
  nightly: root,
  backup: own,
  list: read,
  browse: read,
  find: read,
  versions: read,
  mailboxes: read,
  diff: read,
  look: own,
  restore: root,
  plan: supported,
  databases: read,
  tables: read,
  table: own,
  'plan-database': supported,
  'plan-undo': own,
  'show-plan': supported,
  draft: supported,
  'run-plan': own,
  download: own,
  status: read,
  schedule: read,
  'server-schedule': ['root', 'admin-session'],
  audit: read,
  'audit-log': ['root', 'admin-session'],
  'prepare-download': own,
  downloads: own,
  settings: own,
  'change-settings': own,
  'own-backups': supported,
  'pin-backup': own,
  'unpin-backup': signedIn,
  'ask-delete-code': ['account-session'],
  'delete-backup': ['account-session'],
  'keep-backup': own,
  jobs: read,
  job: read,
  follow: read,
  cancel: own,
  enqueue: own,
  'local-copy': own,
  'local-copies': own,
  'local-copy-policy': own,
  'catalog-rebuild': root,
  login: root,
  'open-session': ['web'],
  session: sessions,
  'close-session': sessions,
  check: root,
  forget: root,
  prune: root,
  rotate: root,
  'scheduled-backup': root,
  'system-backup': root,
  'retention-simulate': ['root', 'admin-session'],
  archive: root,
  archives: read,
  passphrase: read,
  'set-passphrase': tenant,
  'change-passphrase': tenant,
  'remove-passphrase': tenant,
  'restore-sealed': tenant,
  verify: root,
  drill: root,
  drills: read,
  'server-drills': ['root', 'admin-session'],
  'show-drill': ['root', 'admin-session'],
  alerts: ['root', 'admin-session'],
  watch: root,
  metrics: root,
  report: ['root', 'admin-session'],
  copy: root,
  inventory: read,
  'server-inventory': ['root', 'admin-session'],
  destinations: ['root', 'admin-session'],
  'destination-test': root,
  recover: root,
  'keys-check-recovery': root,
  'keys-rotate': root,
  'keys-renew': root,
  'keys-renew-all': root,
  'keys-remove-former': root,
  'keys-export': root,
  'keys-restic-env': root,
} as const satisfies { readonly [kind: string]: readonly Role[] };

/** A kind of request about which it is written down who may ask it. */
export type PermittedKind = keyof typeof permissions;

/** What is looked at in a request. */
export interface AskedRequest {
  readonly kind: PermittedKind;
  readonly account?: string | undefined;
  /** Of `enqueue`: must be allowed too. */
  readonly work?: AskedRequest;
}

/**
 * The one place that says who may ask what. That an account with this name is still the caller's generation, and that
 * ids of jobs, plans and restore points are of that account, is for whoever looks them up.
 * @returns the same request. @throws {Failure} `unknown-account` for any account but the caller's own, whether there is
 * one or not and whatever is asked; `not-allowed`, also for a kind that stands in no table, and where who speaks for one
 * account asks about all by naming none.
 */
export function authorise<Asked extends AskedRequest>(caller: Caller, request: Asked): Asked {
  const asked = [request, ...workOf(request)];
  const own = 'name' in caller ? caller.name : undefined;
  for (const { account } of asked) {
    if (own !== undefined && account !== undefined && account !== own) throw unknownAccount(account);
    if (account === systemName && caller.kind !== 'root') throw unknownAccount(account);
  }
  for (const one of asked) {
    const isTooWide = own !== undefined && isOfAll(one);
    if (isTooWide || !mayAsk(roleOf(caller), one.kind)) throw notAllowed(one.kind);
  }
  return request;
}

/** Where an account can be named and none is. */
function isOfAll(asked: AskedRequest): boolean {
  return 'account' in asked && asked.account === undefined;
}

/** The one failure for an account that is not there, or not the caller's: nobody learns which. */
export function unknownAccount(account: string): Failure<'unknown-account'> {
  return new Failure('unknown-account', { account, hint: 'larder status' });
}

function workOf({ kind, work }: AskedRequest): readonly AskedRequest[] {
  return kind === 'enqueue' && work !== undefined ? [work] : [];
}

function mayAsk(role: Role, kind: string): boolean {
  const allowed: readonly Role[] = isPermittedKind(kind) ? permissions[kind] : [];
  return allowed.includes(role);
}

function isPermittedKind(kind: string): kind is PermittedKind {
  return Object.hasOwn(permissions, kind);
}

function roleOf(caller: Caller): Role {
  return caller.kind === 'session' ? `${caller.role}-session` : caller.kind;
}

function notAllowed(action: string): Failure<'not-allowed'> {
  return new Failure('not-allowed', { action, hint: 'The administrator of this server can do it.' });
}
