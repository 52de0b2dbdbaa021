import { test } from 'node:test';
import { runLarder } from '../../support/run-larder.ts';

const typed: readonly (readonly [string, readonly string[]])[] = [
  ['init', ['init']],
  ['doctor', ['doctor']],
  ['accounts', ['accounts']],
  ['nightly', ['nightly']],
  ['backup', ['--account', 'maria', 'backup']],
  ['list', ['--account', 'maria', 'list']],
  ['browse', ['--account', 'maria', 'browse', 'yesterday 20:00', 'public_html']],
  ['restore', ['--account', 'maria', 'restore', '.', '--at', 'latest', '--yes']],
  ['check', ['check']],
  ['forget', ['--account', 'maria', 'forget', '5e6f7a8b']],
  ['prune', ['prune']],
  ['keys-restic-env', ['--account', 'maria', 'keys', 'restic-env']],
  ['help', ['help']],
  ['help-restore', ['help', 'restore']],
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

for (const [name, argv] of typed) {
  for (const [language, environment] of Object.entries(environments)) {
    test(`larder ${argv.join(' ')} reads well (${language})`, async (t) => {
      const { exitCode, stdout, stderr } = await runLarder(argv, { environment });
      const page = `$ larder ${argv.join(' ')}\n${stdout}--- stderr, exit code ${exitCode}\n${stderr}`;
      t.assert.fileSnapshot(page, `tests/plugin/cli/golden/${language}/${name}.txt`, settings);
    });
  }
}
