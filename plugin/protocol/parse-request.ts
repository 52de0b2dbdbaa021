import type { AccountSettings } from '../domain/account-settings.ts';
import type { PolicyWish } from '../domain/compose-policy.ts';
import { presetNames } from '../domain/retention-policy.ts';
import { queuedKinds } from '../domain/job-weight.ts';
import { languages } from '../domain/language.ts';
import {
  bytes,
  characters,
  choice,
  flag,
  invalid,
  list,
  maybe,
  object,
  passphrase,
  pathBytes,
  shape,
  unrepeated,
  whole,
  type FieldParser,
} from './request-fields.ts';
import { passphraseParsers } from './parse-passphrase.ts';
import { parserOf as request, type RequestOf } from './request-parser.ts';
import type { BrowseWindow } from './chosen-copy.ts';
import type { DraftChange } from './drafts.ts';
import type { DatabaseTarget } from '../domain/database-plan.ts';
import type { DatabaseDownload } from './databases.ts';
import type { LocalCopyPolicy } from './jobs.ts';
import type { PlanTarget } from './plans.ts';
import type { QueuedRequest, Request } from './requests.ts';
import type { LoginRequest } from './sessions.ts';

/**
 * Makes a request of what came over a socket. Fields that are absent are `undefined` in it.
 * @throws {Failure} `invalid-input` naming the first field that is missing, unknown, of the wrong type or too long.
 */
export function parseRequest(value: unknown): Request {
  const { kind } = object(value, 'request');
  if (typeof kind !== 'string' || !isKind(kind)) throw invalid('kind', kind, 'there is no such request');
  return parsers[kind](value, '');
}

function isKind(kind: string): kind is Request['kind'] {
  return Object.hasOwn(parsers, kind);
}

const mostLines = 10_000;
const mostEntries = 1_000_000;
const mostCopies = 31;
const mostMailboxes = 100;
const account = bytes(1, 255);
const paths = list(pathBytes, 1000);
/** An id or its beginning, `latest`, `now`, an ISO time. */
const id = characters(1, 64);
const person = characters(1, 200);
const destination = characters(1, 64);
const secret = bytes(1, 256);
const ageKeys = list(unrepeated, 32);
/** Of a database or a table: 64 characters of up to three bytes (MariaDB), 63 bytes (PostgreSQL). */
const objectName = bytes(1, 256);
const tables = list(objectName, mostLines);

const databaseTarget: FieldParser<DatabaseTarget> = (value, field) => {
  const kind = choice('beside', 'replace')(object(value, field)['kind'], `${field}.kind`);
  if (kind === 'replace') return shape<{ readonly kind: 'replace' }>({ kind: choice(kind) })(value, field);
  return shape<Extract<DatabaseTarget, { kind: 'beside' }>>({ kind: choice(kind), name: maybe(objectName) })(
    value,
    field,
  );
};

const browseWindow = shape<BrowseWindow>({
  offset: whole(0, mostEntries),
  limit: whole(1, 1000),
  only: choice('all', 'gone', 'changed'),
});

const databaseDownload = shape<DatabaseDownload>({
  name: objectName,
  tables,
  format: choice('sql.gz', 'sql.zst', 'csv', 'rdb'),
  forOldClients: flag,
});

const target: FieldParser<PlanTarget> = (value, field) => {
  const kind = choice('in-place', 'folder')(object(value, field)['kind'], `${field}.kind`);
  if (kind === 'in-place') return shape<{ readonly kind: 'in-place' }>({ kind: choice(kind) })(value, field);
  return shape<Extract<PlanTarget, { kind: 'folder' }>>({ kind: choice(kind), path: pathBytes })(value, field);
};

const draftChange = shape<DraftChange>({
  point: maybe(id),
  remove: paths,
  add: paths,
  leaveOut: paths,
  goesTo: maybe(choice('place', 'folder', 'download')),
  mode: maybe(choice('merge', 'exact')),
});

const policy = shape<LocalCopyPolicy>({
  paths,
  every: choice('day', 'week', 'never'),
  keep: whole(1, mostCopies),
});

const settings = shape<AccountSettings>({
  language: maybe(choice(...languages)),
  timeZone: maybe(bytes(1, 64)),
  mail: shape({ restored: flag, ready: flag, late: flag }),
});

const count = maybe(whole(0, 100_000));
const wish = shape<PolicyWish>({
  preset: maybe(choice(...presetNames)),
  hourly: count,
  daily: count,
  weekly: count,
  monthly: count,
  yearly: count,
  monthEnds: count,
  yearEnds: count,
  last: count,
  withinDays: count,
  dropAfterDays: maybe(whole(1, 100_000)),
  databaseAllDays: maybe(whole(1, 10_000)),
  databaseDays: count,
  manualDays: maybe(whole(1, 100_000)),
});

const linkMinutes = maybe(whole(1, 24 * 60));
const loginParsers: { readonly [Role in LoginRequest['role']]: FieldParser<Extract<LoginRequest, { role: Role }>> } = {
  account: shape({ kind: choice('login'), role: choice('account'), account, minutes: linkMinutes }),
  staff: shape({
    kind: choice('login'),
    role: choice('staff'),
    account,
    staff: person,
    ticket: person,
    reason: characters(1, 1000),
  }),
  admin: shape({ kind: choice('login'), role: choice('admin'), staff: person, minutes: linkMinutes }),
};

const login: FieldParser<LoginRequest> = (value, field) => {
  const role = choice('account', 'staff', 'admin')(object(value, field)['role'], 'role');
  return loginParsers[role](value, field);
};

const work: FieldParser<QueuedRequest> = (value, field) => {
  const { kind } = object(value, field);
  if (!isQueuedKind(kind)) throw invalid(`${field}.kind`, kind, queuedKinds.join(', '));
  return parsers[kind](value, field);
};

function isQueuedKind(kind: unknown): kind is QueuedRequest['kind'] {
  return queuedKinds.some((queued) => queued === kind);
}

/** Every kind of request and how its fields are read: a kind without a line here does not compile. */
const parsers: { readonly [Kind in Request['kind']]: FieldParser<RequestOf<Kind>> } = {
  init: request('init', {}),
  doctor: request('doctor', {}),
  accounts: request('accounts', {}),
  nightly: request('nightly', {}),
  backup: request('backup', {
    account,
    paths,
    label: maybe(characters(0, 200)),
    only: maybe(choice('databases')),
  }),
  list: request('list', { account, changed: maybe(pathBytes), of: maybe(paths), from: maybe(destination) }),
  browse: request('browse', {
    account,
    point: id,
    path: pathBytes,
    marks: maybe(flag),
    window: maybe(browseWindow),
    mail: maybe(flag),
    from: maybe(destination),
    passphrase: maybe(passphrase),
  }),
  find: request('find', { account, name: bytes(1, 255), point: maybe(id), limit: whole(1, mostLines) }),
  versions: request('versions', { account, path: pathBytes }),
  mailboxes: request('mailboxes', {
    account,
    point: id,
    offset: whole(0, mostEntries),
    limit: whole(0, mostMailboxes),
  }),
  diff: request('diff', {
    account,
    from: id,
    to: id,
    path: pathBytes,
    limit: whole(1, mostLines),
    source: maybe(destination),
  }),
  look: request('look', { account, point: id, path: pathBytes }),
  plan: request('plan', {
    account,
    point: id,
    paths,
    target,
    mode: choice('merge', 'exact'),
    except: maybe(paths),
    from: maybe(destination),
  }),
  'show-plan': request('show-plan', { account, plan: id, offset: whole(0, mostEntries), limit: whole(1, mostLines) }),
  draft: request('draft', { account, draft: maybe(id), change: maybe(draftChange), foresee: maybe(id) }),
  restore: request('restore', {
    account,
    paths,
    point: id,
    to: maybe(bytes(1, 4096)),
    dryRun: flag,
    from: maybe(destination),
  }),
  'plan-undo': request('plan-undo', { account, job: maybe(id) }),
  'run-plan': request('run-plan', { account, plan: id }),
  databases: request('databases', { account, point: id, database: maybe(objectName) }),
  tables: request('tables', { account, point: id, database: objectName }),
  table: request('table', { account, point: id, database: objectName, table: objectName }),
  'plan-database': request('plan-database', {
    account,
    point: id,
    database: objectName,
    tables,
    target: databaseTarget,
  }),
  download: request('download', {
    account,
    point: id,
    paths,
    offset: whole(0, Number.MAX_SAFE_INTEGER),
    database: maybe(databaseDownload),
    prepared: maybe(id),
    from: maybe(destination),
    passphrase: maybe(passphrase),
  }),
  status: request('status', { account }),
  schedule: request('schedule', { account, days: maybe(whole(1, 400)) }),
  'server-schedule': request('server-schedule', { days: maybe(whole(1, 400)) }),
  audit: request('audit', { account, limit: whole(1, mostLines) }),
  'audit-log': request('audit-log', { limit: whole(1, mostLines), verify: flag }),
  settings: request('settings', { account }),
  'prepare-download': request('prepare-download', { account, point: id, paths }),
  downloads: request('downloads', { account }),
  'change-settings': request('change-settings', { account, settings }),
  'own-backups': request('own-backups', { account }),
  'pin-backup': request('pin-backup', { account, point: id }),
  'unpin-backup': request('unpin-backup', { account, point: id }),
  'ask-delete-code': request('ask-delete-code', { account, point: id }),
  'delete-backup': request('delete-backup', { account, point: id, code: bytes(1, 32) }),
  'keep-backup': request('keep-backup', { account, point: id }),
  jobs: request('jobs', { account, limit: whole(1, mostLines) }),
  job: request('job', { account, job: id }),
  follow: request('follow', { account, job: id }),
  cancel: request('cancel', { account, job: id }),
  enqueue: request('enqueue', { work }),
  'local-copy': request('local-copy', { account, paths, keep: whole(1, mostCopies) }),
  'local-copies': request('local-copies', { account }),
  'local-copy-policy': request('local-copy-policy', { account, policy }),
  'catalog-rebuild': request('catalog-rebuild', { account: maybe(account) }),
  login,
  'open-session': request('open-session', { secret }),
  session: request('session', {}),
  'close-session': request('close-session', {}),
  check: request('check', { account: maybe(account), readData: flag, from: maybe(destination) }),
  forget: request('forget', { account, points: list(id, 1000), dryRun: flag, ifWanted: maybe(flag) }),
  'scheduled-backup': request('scheduled-backup', {
    schedule: characters(1, 32),
    does: choice('backup', 'databases'),
    dueAt: characters(1, 30),
    until: maybe(characters(1, 30)),
    isSpread: flag,
    accounts: maybe(list(account, mostLines)),
  }),
  'system-backup': request('system-backup', {}),
  rotate: request('rotate', { account: maybe(account), dryRun: flag, isConfirmed: flag }),
  'retention-simulate': request('retention-simulate', {
    account: maybe(account),
    from: maybe(characters(10, 10)),
    days: whole(1, 4000),
    policy: wish,
  }),
  archive: request('archive', { account: maybe(account), full: flag }),
  archives: request('archives', { account }),
  ...passphraseParsers,
  verify: request('verify', {
    account: maybe(account),
    full: flag,
    due: flag,
    repair: flag,
    from: maybe(destination),
  }),
  drill: request('drill', {
    account: maybe(account),
    which: choice('account', 'next', 'due', 'all'),
    from: maybe(destination),
  }),
  drills: request('drills', { account: maybe(account), limit: whole(1, mostLines) }),
  'server-drills': request('server-drills', {}),
  'show-drill': request('show-drill', { drill: characters(1, 20) }),
  alerts: request('alerts', { over: flag }),
  watch: request('watch', {}),
  metrics: request('metrics', {}),
  report: request('report', { from: characters(1, 64), to: characters(1, 64) }),
  prune: request('prune', { account: maybe(account), dryRun: flag, destination: maybe(destination) }),
  copy: request('copy', { account: maybe(account), destination: maybe(destination), repair: flag, back: flag }),
  inventory: request('inventory', { account }),
  'server-inventory': request('server-inventory', {}),
  destinations: request('destinations', {}),
  'destination-test': request('destination-test', { destination }),
  recover: request('recover', { destination }),
  'keys-check-recovery': request('keys-check-recovery', { identities: ageKeys }),
  'keys-rotate': request('keys-rotate', { recipients: maybe(ageKeys) }),
  'keys-renew': request('keys-renew', { account, dryRun: flag, acceptLoss: flag }),
  'keys-renew-all': request('keys-renew-all', { dryRun: flag, acceptLoss: flag }),
  'keys-remove-former': request('keys-remove-former', { account, dryRun: flag, acceptLoss: flag }),
  'keys-export': request('keys-export', { account }),
  'keys-restic-env': request('keys-restic-env', { account, destination: maybe(destination) }),
};
