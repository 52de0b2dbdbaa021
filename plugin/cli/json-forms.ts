/**
 * Which fields may be missing in an answer, by its schema: the protocol leaves out what is not there, machines get
 * `null`. Only what leads to such fields is named.
 */
type Form = 'maybe' | readonly [Form] | { readonly [field: string]: Form | Maybe };
interface Maybe {
  readonly maybe: Form;
}

const point = {
  label: 'maybe',
  files: 'maybe',
  bytes: 'maybe',
  only: 'maybe',
  added: 'maybe',
  changed: 'maybe',
  removed: 'maybe',
  verifiedAt: 'maybe',
  provenAt: 'maybe',
  damage: { maybe: { nearestGood: 'maybe' } },
} as const;
const kept = { ...point, copies: 'maybe' } as const;
const copy = { failure: 'maybe', lockedUntil: 'maybe' } as const;
const report = { failure: 'maybe', snapshotId: 'maybe' } as const;
const job = {
  label: 'maybe',
  startedAt: 'maybe',
  finishedAt: 'maybe',
  waitsFor: 'maybe',
  secondsLeft: 'maybe',
  progress: { maybe: { itemsTotal: 'maybe', bytesTotal: 'maybe' } },
  failure: 'maybe',
  undoUntil: 'maybe',
} as const;
const change = { sizeBytes: 'maybe', modified: 'maybe', sizeNow: 'maybe', modifiedNow: 'maybe' } as const;

const table = { rows: 'maybe', rowsNow: 'maybe', bytes: 'maybe', newer: 'maybe' } as const;

const drill = {
  isolation: { uid: 'maybe' },
  sites: [{ probe: { maybe: { status: 'maybe' } } }],
  problems: [{ count: 'maybe', name: 'maybe', detail: 'maybe' }],
} as const;
const proven = { everything: 'maybe', filesOnly: 'maybe', failed: 'maybe' } as const;
const proof = {
  lastGoodAt: 'maybe',
  verifiedAt: 'maybe',
  provenAt: 'maybe',
  filesProvenAt: 'maybe',
  lastDrill: 'maybe',
  drillSeconds: 'maybe',
  offsiteAt: 'maybe',
} as const;
const tableLine = { ...table, bytesNow: 'maybe', isSameDefinition: 'maybe', isSameContent: 'maybe' } as const;

const forms: { readonly [schema: string]: Form } = {
  'larder/accounts/1': {
    accounts: [{ lastBackupAt: 'maybe', lastSizeBytes: 'maybe', provenAt: 'maybe', filesProvenAt: 'maybe' }],
  },
  'larder/nightly/1': { accounts: [report], copies: { maybe: [copy] }, archives: 'maybe' },
  'larder/copy/1': { copies: [copy] },
  'larder/inventory/1': {
    accounts: [
      {
        places: [
          {
            country: 'maybe',
            provider: 'maybe',
            points: 'maybe',
            newestAt: 'maybe',
            immutability: { until: 'maybe', why: 'maybe' },
            testedAt: 'maybe',
          },
        ],
        former: { maybe: [{ replacedAt: 'maybe', lockedUntil: 'maybe' }] },
      },
    ],
  },
  'larder/destination-list/1': { destinations: [{ country: 'maybe', provider: 'maybe', tested: 'maybe' }] },
  'larder/keys-check-recovery/1': {
    keys: [{ provenAt: 'maybe' }],
    places: [{ sealedFor: 'maybe', failure: 'maybe' }],
  },
  'larder/keys-rotate/1': { sealed: 'maybe', places: [{ failure: 'maybe' }] },
  'larder/keys-renew/1': { freeBytes: 'maybe', former: [{ replacedAt: 'maybe', lockedUntil: 'maybe' }] },
  'larder/keys-renew-all/1': {
    accounts: [
      {
        report: { maybe: { freeBytes: 'maybe', former: [{ replacedAt: 'maybe', lockedUntil: 'maybe' }] } },
        failure: 'maybe',
      },
    ],
  },
  'larder/keys-remove-former/1': { places: [{ failure: 'maybe' }] },
  'larder/keys-export/1': { password: 'maybe', file: 'maybe' },
  'larder/destination-add/1': { credentialsFile: 'maybe', test: { maybe: { location: 'maybe' } } },
  'larder/recover/1': { repositories: [{ account: 'maybe', failure: 'maybe' }] },
  'larder/backup/1': report,
  'larder/list/1': { points: [kept] },
  'larder/browse/1': { point: kept, entries: [{ linkTarget: 'maybe', mark: 'maybe' }] },
  'larder/versions/1': { versions: [{ now: 'maybe' }] },
  'larder/diff/1': { from: point, to: { maybe: point }, entries: [{ sizeBefore: 'maybe', sizeAfter: 'maybe' }] },
  'larder/restore/1': { point },
  'larder/plan/1': { point: { maybe: point }, undoes: 'maybe', entries: [change] },
  'larder/receipt/1': { point: { maybe: point }, safetyPoint: 'maybe' },
  'larder/database-plan/1': { point, undoes: 'maybe', tables: [{ ...table, isSameContent: 'maybe' }] },
  'larder/database-receipt/1': { point },
  'larder/tables/1': { point, versionNow: 'maybe', tables: [tableLine] },
  'larder/table/1': { point, table: tableLine, definition: 'maybe', definitionNow: 'maybe' },
  'larder/download/1': { point: { maybe: point } },
  'larder/status/1': {
    lastBackup: 'maybe',
    oldestPointAt: 'maybe',
    provenAt: 'maybe',
    filesProvenAt: 'maybe',
    proven,
    jobs: [job],
    undo: 'maybe',
  },
  'larder/jobs/1': { jobs: [job] },
  'larder/job/1': { job },
  'larder/local-copies/1': { policy: 'maybe' },
  'larder/audit/1': { entries: [{ job: 'maybe' }] },
  'larder/audit-log/1': { entries: [{ job: 'maybe' }], chain: { maybe: { brokenAt: 'maybe' } } },
  'larder/schedule/1': {
    account: 'maybe',
    runs: [{ until: 'maybe', expectedAt: 'maybe' }],
    retention: { maybe: { rules: [{ count: 'maybe' }], dropAfterDays: 'maybe', reason: 'maybe' } },
    points: [{ label: 'maybe', goesOn: 'maybe' }],
  },
  'larder/rotate/1': {
    accounts: [
      {
        exception: 'maybe',
        keep: [{ label: 'maybe', goesOn: 'maybe' }],
        forget: [{ label: 'maybe' }],
        failure: 'maybe',
        pruned: 'maybe',
      },
    ],
  },
  'larder/forget/1': { forgotten: [point], kept: [point] },
  'larder/archive/1': { archives: [{ full: 'maybe' }] },
  'larder/archives/1': { archives: [{ full: 'maybe' }] },
  'larder/verify/1': { repositories: [{ repair: 'maybe' }] },
  'larder/drill/1': { drills: [drill] },
  'larder/drills/1': { drills: [drill], proven: { maybe: proven } },
  'larder/alerts/1': { alerts: [{ account: 'maybe', resolvedAt: 'maybe' }] },
  'larder/report/1': {
    accounts: [proof],
    drills: { medianSeconds: 'maybe', slowestSeconds: 'maybe' },
    storage: [{ bytesFree: 'maybe', daysLeft: 'maybe', days: [{ bytesFree: 'maybe' }] }],
    cost: 'maybe',
  },
  'larder/login/1': { url: 'maybe' },
};

/** `answer` with `null` wherever its schema knows a field that is missing. */
export function fillForm(schema: string, answer: object): object {
  const form = forms[schema];
  return form === undefined ? answer : (fill(answer, form) as object);
}

function fill(value: unknown, form: Form): unknown {
  if (form === 'maybe') return value ?? null;
  if (isList(form)) return Array.isArray(value) ? value.map((item) => fill(item, form[0])) : value;
  if (typeof value !== 'object' || value === null) return value;
  const fields: { [field: string]: unknown } = { ...value };
  for (const [name, inner] of Object.entries(form)) fields[name] = fillField(fields[name], inner);
  return fields;
}

function fillField(value: unknown, form: Form | Maybe): unknown {
  if (typeof form === 'object' && isMaybe(form)) return value === undefined ? null : fill(value, form.maybe);
  return fill(value, form);
}

function isList(form: Form): form is readonly [Form] {
  return Array.isArray(form);
}

function isMaybe(form: object): form is Maybe {
  return 'maybe' in form;
}
