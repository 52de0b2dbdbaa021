import { test } from 'node:test';
import { recordedAnswers } from '../../support/recorded-answers.ts';
import { databaseReceipt } from '../../support/recorded-database-plan.ts';
import { runLarder, type Typed } from '../../support/run-larder.ts';

const databaseRun = { own: 'maria', answers: { 'run-plan': databaseReceipt } };
const own = { own: 'maria' };
const recipients = ['q', 'p'].map((letter) => `age1${letter.repeat(58)}`);
const place = { destination: 'local', folder: 'maria-0123456789ab' };
const lost = {
  code: 'destination-unreachable',
  facts: { destination: 'cloud', problem: 'it does not answer in time' },
};
const resealed: Typed = {
  stdin: `# the safe in Athens\n${recipients.join('\n')}\n`,
  answers: {
    'keys-rotate': {
      sealed: undefined,
      recipients,
      places: [
        { ...place, outcome: 'done', failure: undefined },
        { ...place, destination: 'cloud', outcome: 'failed', failure: lost },
      ],
    },
  },
};
const answering = { own: 'maria', isTerminal: true, columns: 80, environment: { NO_COLOR: '1' }, stdin: 'y\n' };

/** What root types, and what an account types over its own socket. */
const typed: readonly (readonly [string, readonly string[], Typed?])[] = [
  ['init', ['init']],
  ['doctor', ['doctor']],
  ['accounts', ['accounts']],
  ['nightly', ['nightly']],
  ['backup', ['--account', 'maria', 'backup']],
  ['backup-no-wait', ['backup', '--no-wait'], own],
  ['list', ['--account', 'maria', 'list']],
  ['list-changed', ['list', '--changed', 'public_html'], own],
  ['browse', ['--account', 'maria', 'browse', 'yesterday 20:00', 'public_html']],
  ['find', ['find', 'menu'], own],
  ['versions', ['versions', 'public_html/menu.pdf'], own],
  ['diff', ['diff', 'yesterday', 'public_html'], own],
  ['diff-database', ['diff', 'latest', 'now', 'db:maria_shop'], own],
  ['tables', ['tables', 'latest', 'db:maria_shop'], own],
  ['tables-one', ['tables', 'latest', 'db:maria_shop/wp_wc_orders'], own],
  ['restore-database', ['restore', 'db:maria_shop', '--at', 'latest', '--replace', '--yes'], databaseRun],
  ['restore-database-dry-run', ['restore', 'db:maria_shop', '--at', 'latest', '--replace', '--dry-run'], own],
  ['restore', ['restore', 'public_html', '--at', 'yesterday'], answering],
  ['restore-dry-run', ['restore', 'public_html', '--at', 'latest', '--dry-run'], own],
  ['restore-elsewhere', ['--account', 'maria', 'restore', '.', '--at', 'latest', '--to', '/root/maria']],
  ['undo', ['undo'], { ...answering, answers: { 'run-plan': { ...recordedAnswers['run-plan'], purpose: 'undo' } } }],
  ['download', ['download', 'public_html', '--at', 'yesterday', '-o', 'site.zip'], own],
  ['status', ['status'], own],
  ['jobs', ['jobs'], own],
  ['cancel', ['cancel', 'k3v9q2xw'], own],
  ['local-copy', ['local-copy'], own],
  ['local-copies', ['local-copies'], own],
  ['local-copy-policy', ['local-copies', '--every', 'day', '--keep', '1', 'public_html'], own],
  ['check', ['check']],
  ['forget', ['--account', 'maria', 'forget', '5e6f7a8b']],
  ['prune', ['prune']],
  ['archive', ['archive']],
  ['passphrase', ['passphrase'], own],
  ['passphrase-off', ['passphrase'], { own: 'maria', answers: { passphrase: recordedAnswers['remove-passphrase'] } }],
  [
    'passphrase-set',
    ['passphrase', 'set', '--passphrase-file', '-', '--yes'],
    { own: 'maria', stdin: 'kettle orbit\n', answers: { passphrase: recordedAnswers['remove-passphrase'] } },
  ],
  ['passphrase-change', ['passphrase', 'change', '--passphrase-file', '-'], { own: 'maria', stdin: 'one\ntwo\n' }],
  ['passphrase-remove', ['passphrase', 'remove', '--yes'], own],
  [
    'restore-sealed',
    ['restore', '.', '--at', 'latest', '--from', 'archives', '--passphrase-file', '-'],
    { own: 'maria', stdin: 'kettle orbit\n' },
  ],
  ['archives', ['archives'], own],
  ['copy', ['copy']],
  ['inventory', ['inventory']],
  ['inventory-own', ['inventory'], own],
  ['inventory-yaml', ['inventory', '--yaml'], own],
  ['destination-list', ['destination', 'list']],
  ['destination-test', ['destination', 'test', 'cloud']],
  ['destination-add', ['destination', 'add', 'cloud', '--kind', 's3', 'bucket=backups']],
  ['destination-add-dry-run', ['destination', 'add', 'cloud', '--kind', 's3', 'bucket=backups', '--dry-run']],
  ['destination-remove', ['destination', 'remove', 'cloud', '--yes']],
  ['recover', ['recover', '--destination', 'cloud']],
  ['audit', ['audit', '--verify']],
  ['rotate', ['rotate', '--dry-run']],
  ['retention-simulate', ['retention', 'simulate', '--days', '2']],
  ['schedule', ['schedule'], own],
  ['schedule-server', ['schedule', '--simulate', '2']],
  ['catalog-rebuild', ['catalog', 'rebuild']],
  ['login', ['--account', 'maria', 'login']],
  ['verify', ['verify']],
  ['drill', ['drill', '--all']],
  ['drills', ['drills'], own],
  ['alerts', ['alerts', '--over']],
  ['metrics', ['metrics']],
  ['report', ['report']],
  [
    'report-first-day',
    ['report'],
    { answers: { report: { ...recordedAnswers.report, storage: [], cost: undefined } } },
  ],
  ['keys-check-recovery', ['keys', 'check-recovery']],
  ['keys-rotate', ['keys', 'rotate']],
  ['keys-rotate-recovery', ['keys', 'rotate', '--recovery', '-'], resealed],
  ['keys-renew', ['--account', 'maria', 'keys', 'renew', '--yes']],
  ['keys-renew-all', ['keys', 'renew', '--all', '--yes']],
  ['keys-remove-former', ['--account', 'maria', 'keys', 'remove-former', '--yes']],
  ['keys-export', ['--account', 'maria', 'keys', 'export', '-o', '-']],
  ['keys-export-file', ['--account', 'maria', 'keys', 'export', '-o', 'maria.restic']],
  ['keys-restic-env', ['--account', 'maria', 'keys', 'restic-env']],
  ['help', ['help']],
  ['help-restore', ['help', 'restore']],
  ['help-keys', ['help', 'keys']],
  ['help-passphrase', ['help', 'passphrase']],
  ['man-restore', ['man', 'restore']],
  ['outdated', ['accounts'], { outdated: '/etc/larder/larder.toml' }],
  ['failure', ['--account', 'maria', 'restore', '.', '--at', 'latest']],
];

/** Golden files: look at the difference, then `node --test --test-update-snapshots tests/plugin/cli/human-output.test.ts`. */
const settings = { serializers: [(value: unknown) => String(value)] };
const environments = {
  en: { LANG: 'en_US.UTF-8' },
  el: { LANG: 'el_GR.UTF-8' },
  de: { LANG: 'de_DE.UTF-8' },
  plain: { LANG: 'C' },
};

for (const [name, argv, settled = {}] of typed) {
  for (const [language, environment] of Object.entries(environments)) {
    test(`larder ${argv.join(' ')} reads well (${language})`, async (t) => {
      const { exitCode, stdout, stderr } = await runLarder(argv, {
        ...settled,
        environment: { ...environment, ...settled.environment },
      });
      const page = `$ larder ${argv.join(' ')}\n${stdout}--- stderr, exit code ${exitCode}\n${stderr}`;
      t.assert.fileSnapshot(page, `tests/plugin/cli/golden/${language}/${name}.txt`, settings);
    });
  }
}
