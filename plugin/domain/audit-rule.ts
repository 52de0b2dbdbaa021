import type { Actor } from './actor.ts';

/** Questions that tell nothing of what is in a home, or that a page asks again and again. */
const chatter: ReadonlySet<string> = new Set([
  'accounts',
  'alerts',
  'audit',
  'audit-log',
  'check',
  'close-session',
  'destinations',
  'doctor',
  'drills',
  'follow',
  'inventory',
  'jobs',
  'list',
  'report',
  'open-session', // written down when it is known whose it is
  'local-copies',
  'schedule',
  'server-drills',
  'server-inventory',
  'server-schedule',
  'session',
  'downloads',
  'own-backups',
  'passphrase',
  'settings',
  'status',
]);

/** Looking into a home or its restore points without changing anything. */
const looks: ReadonlySet<string> = new Set([
  'browse',
  'diff',
  'find',
  'look',
  'mailboxes',
  'plan',
  'plan-undo',
  'show-drill',
  'versions',
]);

/**
 * Whether it is written down that `actor` asked for this. Whatever stands in neither list is: a new kind need not be
 * thought of.
 */
export function isAudited(
  actor: Actor,
  { kind, dryRun }: { readonly kind: string; readonly dryRun?: boolean },
): boolean {
  if (chatter.has(kind)) return false;
  const looksOnly = looks.has(kind) || dryRun === true;
  return looksOnly ? actor.kind === 'staff' || actor.kind === 'admin' : true;
}

const mostItems = 10;
const secrets: ReadonlySet<string> = new Set([
  'kind',
  'account',
  'secret',
  'session',
  'password',
  'passphrase',
  'newPassphrase',
  'key',
  'code',
  'identities',
]);

/** What a request asks for besides its kind and account: without secrets, and of long lists the first. */
export function auditDetails(request: object): { [field: string]: unknown } {
  const details: { [field: string]: unknown } = {};
  for (const [name, value] of Object.entries(request) as [string, unknown][]) {
    if (secrets.has(name) || value === undefined) continue;
    details[name] = Array.isArray(value) ? value.slice(0, mostItems) : value;
    if (Array.isArray(value) && value.length > mostItems) details[`${name}Count`] = value.length;
  }
  return details;
}
