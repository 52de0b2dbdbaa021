import fc from 'fast-check';
import type { Request } from '../../plugin/protocol/requests.ts';

type RequestOf<Kind extends Request['kind']> = Extract<Request, { kind: Kind }>;

/** Any valid request of each kind, about the account named. */
export function anyRequest(name: string): {
  readonly [Kind in Request['kind']]: fc.Arbitrary<RequestOf<Kind>>;
} {
  const account = fc.constant(name);
  const requests = {
    init: of('init', {}),
    doctor: of('doctor', {}),
    accounts: of('accounts', {}),
    nightly: of('nightly', {}),
    backup: of('backup', {
      account,
      paths,
      label: maybe(words(0, 200)),
      only: maybe(fc.constant('databases' as const)),
    }),
    list: of('list', { account, of: maybe(paths), changed: maybe(path), from: maybe(id) }),
    browse: of('browse', {
      account,
      point: id,
      path,
      marks: maybe(fc.boolean()),
      window: maybe(browseWindow),
      mail: maybe(fc.boolean()),
      from: maybe(id),
      passphrase: maybe(words(1, 200)),
    }),
    find: of('find', { account, name: fc.string({ minLength: 1, maxLength: 255 }), point: maybe(id), limit }),
    versions: of('versions', { account, path }),
    mailboxes: of('mailboxes', { account, point: id, offset: fc.nat(1_000_000), limit: fc.nat(100) }),
    diff: of('diff', { account, from: id, to: id, path, limit, source: maybe(id) }),
    look: of('look', { account, point: id, path }),
    plan: of('plan', { account, point: id, paths, target, mode: planMode, except: maybe(paths), from: maybe(id) }),
    'show-plan': of('show-plan', { account, plan: id, offset: fc.nat(1_000_000), limit }),
    draft: of('draft', { account, draft: maybe(id), change: maybe(draftChange), foresee: maybe(id) }),
    restore: of('restore', {
      account,
      paths,
      point: id,
      to: maybe(words(1, 80)),
      dryRun: fc.boolean(),
      from: maybe(id),
    }),
    'plan-undo': of('plan-undo', { account, job: maybe(id) }),
    'run-plan': of('run-plan', { account, plan: id }),
    databases: of('databases', { account, point: id, database: maybe(objectName) }),
    tables: of('tables', { account, point: id, database: objectName }),
    table: of('table', { account, point: id, database: objectName, table: objectName }),
    'plan-database': of('plan-database', {
      account,
      point: id,
      database: objectName,
      tables: fc.array(objectName, { maxLength: 5 }),
      target: databaseTarget,
    }),
    download: of('download', {
      account,
      point: id,
      paths,
      offset: fc.maxSafeNat(),
      database: maybe(databaseDownload),
      prepared: maybe(id),
      from: maybe(id),
      passphrase: maybe(words(1, 200)),
    }),
    status: of('status', { account }),
    schedule: of('schedule', { account, days: maybe(fc.integer({ min: 1, max: 400 })) }),
    'server-schedule': of('server-schedule', { days: maybe(fc.integer({ min: 1, max: 400 })) }),
    audit: of('audit', { account, limit }),
    'audit-log': of('audit-log', { limit, verify: fc.boolean() }),
    'prepare-download': of('prepare-download', { account, point: id, paths }),
    downloads: of('downloads', { account }),
    passphrase: of('passphrase', { account }),
    'set-passphrase': of('set-passphrase', { account, passphrase: words(1, 200), hostCanRecover: fc.boolean() }),
    'change-passphrase': of('change-passphrase', {
      account,
      passphrase: words(1, 200),
      newPassphrase: words(1, 200),
    }),
    'remove-passphrase': of('remove-passphrase', { account }),
    'restore-sealed': of('restore-sealed', {
      account,
      point: id,
      paths,
      to: maybe(path),
      dryRun: fc.boolean(),
      passphrase: words(1, 200),
    }),
    settings: of('settings', { account }),
    'change-settings': of('change-settings', { account, settings }),
    'own-backups': of('own-backups', { account }),
    'pin-backup': of('pin-backup', { account, point: id }),
    'unpin-backup': of('unpin-backup', { account, point: id }),
    'ask-delete-code': of('ask-delete-code', { account, point: id }),
    'delete-backup': of('delete-backup', { account, point: id, code: words(1, 6) }),
    'keep-backup': of('keep-backup', { account, point: id }),
    jobs: of('jobs', { account, limit }),
    job: of('job', { account, job: id }),
    follow: of('follow', { account, job: id }),
    cancel: of('cancel', { account, job: id }),
    'local-copy': of('local-copy', { account, paths, keep }),
    'local-copies': of('local-copies', { account }),
    'local-copy-policy': of('local-copy-policy', { account, policy }),
    'catalog-rebuild': of('catalog-rebuild', { account }),
    login: fc.oneof(
      fc.record({
        kind: fc.constant('login' as const),
        role: fc.constant('account' as const),
        account,
        minutes: maybe(fc.integer({ min: 1, max: 1440 })),
      }),
      fc.record({
        kind: fc.constant('login' as const),
        role: fc.constant('staff' as const),
        account,
        staff: words(1, 200),
        ticket: words(1, 200),
        reason: words(1, 1000),
      }),
      fc.record({
        kind: fc.constant('login' as const),
        role: fc.constant('admin' as const),
        staff: words(1, 200),
        minutes: maybe(fc.integer({ min: 1, max: 1440 })),
      }),
    ),
    'open-session': of('open-session', { secret: fc.string({ minLength: 1, maxLength: 256 }) }),
    session: of('session', {}),
    'close-session': of('close-session', {}),
    check: of('check', { account, readData: fc.boolean(), from: maybe(id) }),
    forget: of('forget', {
      account,
      points: fc.array(id, { maxLength: 5 }),
      dryRun: fc.boolean(),
      ifWanted: maybe(fc.boolean()),
    }),
    'scheduled-backup': of('scheduled-backup', {
      schedule: fc.constantFrom('nightly', 'noon'),
      does: fc.constantFrom('backup', 'databases'),
      dueAt: fc.constant('2026-11-20T22:30:00.000Z'),
      until: maybe(fc.constant('2026-11-21T03:00:00.000Z')),
      isSpread: fc.boolean(),
      accounts: maybe(fc.constant([name])),
    }),
    'system-backup': of('system-backup', {}),
    rotate: of('rotate', { account, dryRun: fc.boolean(), isConfirmed: fc.boolean() }),
    'retention-simulate': of('retention-simulate', {
      account,
      from: maybe(fc.string({ minLength: 10, maxLength: 10, unit: 'grapheme-ascii' })),
      days: fc.integer({ min: 1, max: 4000 }),
      policy: fc.record({ preset: maybe(fc.constantFrom('policy', 'classic', 'all')), daily: maybe(keep) }),
    }),
    archive: of('archive', { account, full: fc.boolean() }),
    archives: of('archives', { account }),
    verify: of('verify', { account, full: fc.boolean(), due: fc.boolean(), repair: fc.boolean(), from: maybe(id) }),
    drill: of('drill', { account, which: fc.constantFrom('account', 'next', 'due', 'all'), from: maybe(id) }),
    drills: of('drills', { account, limit }),
    'server-drills': of('server-drills', {}),
    'show-drill': of('show-drill', { drill: words(1, 20) }),
    alerts: of('alerts', { over: fc.boolean() }),
    watch: of('watch', {}),
    metrics: of('metrics', {}),
    report: of('report', { from: words(1, 64), to: words(1, 64) }),
    prune: of('prune', { account, dryRun: fc.boolean(), destination: maybe(id) }),
    copy: of('copy', { account, destination: maybe(id), repair: fc.boolean(), back: fc.boolean() }),
    inventory: of('inventory', { account }),
    'server-inventory': of('server-inventory', {}),
    destinations: of('destinations', {}),
    'destination-test': of('destination-test', { destination: id }),
    recover: of('recover', { destination: id }),
    'keys-check-recovery': of('keys-check-recovery', { identities: fc.array(id, { maxLength: 3 }) }),
    'keys-rotate': of('keys-rotate', { recipients: maybe(fc.array(id, { maxLength: 3 })) }),
    'keys-renew': of('keys-renew', { account, dryRun: fc.boolean(), acceptLoss: fc.boolean() }),
    'keys-renew-all': of('keys-renew-all', { dryRun: fc.boolean(), acceptLoss: fc.boolean() }),
    'keys-remove-former': of('keys-remove-former', { account, dryRun: fc.boolean(), acceptLoss: fc.boolean() }),
    'keys-export': of('keys-export', { account }),
    'keys-restic-env': of('keys-restic-env', { account, destination: maybe(id) }),
  };
  const work = fc.oneof(
    requests.backup,
    requests.nightly,
    requests.restore,
    requests['run-plan'],
    requests['prepare-download'],
    requests.check,
    requests.forget,
    requests.prune,
    requests.rotate,
    requests.archive,
    requests.verify,
    requests.drill,
    requests['scheduled-backup'],
    requests['system-backup'],
    requests.copy,
    requests['catalog-rebuild'],
    requests['local-copy'],
    requests['keys-renew'],
    requests['keys-renew-all'],
    requests['keys-remove-former'],
  );
  return { ...requests, enqueue: of('enqueue', { work }) };
}

const path = fc.uint8Array({ min: 1, maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const paths = fc.array(path, { maxLength: 5 });
const id = fc.string({ minLength: 1, maxLength: 64 });
const limit = fc.integer({ min: 1, max: 10_000 });
const planMode = fc.constantFrom('merge' as const, 'exact' as const);
const draftChange = fc.record({
  point: maybe(id),
  remove: paths,
  add: paths,
  leaveOut: paths,
  goesTo: maybe(fc.constantFrom('place' as const, 'folder' as const, 'download' as const)),
  mode: maybe(planMode),
});
const keep = fc.integer({ min: 1, max: 31 });
/** Also characters outside the first 65,536, quotes, and every control character. */
const objectName = fc.string({ unit: 'binary', minLength: 1, maxLength: 64 });
const browseWindow = fc.record({
  offset: fc.nat(1_000_000),
  limit: fc.integer({ min: 1, max: 1000 }),
  only: fc.constantFrom('all' as const, 'gone' as const, 'changed' as const),
});

const databaseTarget = fc.oneof(
  fc.record({ kind: fc.constant('beside' as const), name: maybe(objectName) }),
  fc.record({ kind: fc.constant('replace' as const) }),
);
const databaseDownload = fc.record({
  name: objectName,
  tables: fc.array(objectName, { maxLength: 5 }),
  format: fc.constantFrom('sql.gz', 'sql.zst', 'csv', 'rdb'),
  forOldClients: fc.boolean(),
});
const target = fc.oneof(
  fc.record({ kind: fc.constant('in-place' as const) }),
  fc.record({ kind: fc.constant('folder' as const), path }),
);
const settings = fc.record({
  language: maybe(fc.constantFrom('en' as const, 'el' as const, 'de' as const)),
  timeZone: maybe(fc.constantFrom('UTC', 'Europe/Athens')),
  mail: fc.record({ restored: fc.boolean(), ready: fc.boolean(), late: fc.boolean() }),
});
const policy = fc.record({ paths, every: fc.constantFrom('day', 'week', 'never'), keep });

/** Also characters outside the first 65,536, and every control character. */
function words(least: number, most: number): fc.Arbitrary<string> {
  return fc.string({ unit: 'binary', minLength: least, maxLength: most });
}

function maybe<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.option(value, { nil: undefined });
}

function of<Kind extends Request['kind']>(
  kind: Kind,
  fields: { readonly [Name in Exclude<keyof RequestOf<Kind>, 'kind'>]-?: fc.Arbitrary<RequestOf<Kind>[Name]> },
): fc.Arbitrary<RequestOf<Kind>> {
  return fc.record({ kind: fc.constant(kind), ...fields }) as unknown as fc.Arbitrary<RequestOf<Kind>>;
}
