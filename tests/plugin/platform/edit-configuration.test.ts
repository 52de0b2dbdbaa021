import assert from 'node:assert/strict';
import { chmodSync, chownSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import test, { suite, type TestContext } from 'node:test';
import fc from 'fast-check';
import { parseConfiguration } from '../../../plugin/platform/configuration.ts';
import { planAddition, planRemoval, writeEdit } from '../../../plugin/platform/edit-configuration.ts';
import { isRoot } from '../../support/backup-site.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const text = `# Larder on server1
state = "/var/lib/larder" # do not move

[panel]
kind = "linux"
[metadata]
url = "sqlite:metadata.db"

# the disk in the server
[[destinations]]
name = "local"
kind = "local"
path = "/backup"

[[destinations]]
name = "second"
kind = "local" # '''
path = "/second" # [[destinations]]
# of the second

# how long
[retention]
daily = 12

[[destinations]]
name = "third"
kind = "local"
path = "/third"
`;

function open(t: TestContext, content = text): { environment: { LARDER_CONFIG: string }; file: string } {
  const file = `${temporaryFolder(t)}/larder.toml`;
  writeFileSync(file, content, { mode: 0o600 });
  return { environment: { LARDER_CONFIG: file }, file };
}

const cloud = [
  ['name', 'cloud'],
  ['kind', 's3'],
  ['preset', 'wasabi'],
  ['region', 'eu-central-2'],
  ['bucket', 'backups'],
  ['lock', 'compliance'],
  ['lock_days', '30'],
  ['path_style', 'false'],
] as const;

suite('a destination is added', () => {
  test('behind all that stands there, which stays as it is to the byte', async (t) => {
    const { environment, file } = open(t);
    const edit = planAddition(environment, cloud);
    await writeEdit(edit);
    const written = readFileSync(file, 'utf8');
    assert.ok(written.startsWith(text));
    assert.equal(
      written.slice(text.length),
      [
        '',
        '[[destinations]]',
        'name = "cloud"',
        'kind = "s3"',
        'preset = "wasabi"',
        'region = "eu-central-2"',
        'bucket = "backups"',
        'lock = "compliance"',
        'lock_days = 30',
        'path_style = false',
        `credentials_file = "${file.replace('larder.toml', 'cloud.toml')}"`,
        '',
      ].join('\n'),
    );
    const { destinations } = parseConfiguration(file, written, 1);
    assert.deepEqual(
      destinations.map(({ name, role }) => [name, role]),
      [
        ['local', 'primary'],
        ['second', 'secondary'],
        ['third', 'tertiary'],
        ['cloud', 'tertiary'],
      ],
    );
  });

  const refused: readonly (readonly [string, readonly (readonly [string, string])[], RegExp])[] = [
    ['a name that is taken', [['name', 'local'], ['kind', 'local'], ['path', '/x']], /two destinations are named/], // prettier-ignore
    ['a key that is not known', [...cloud, ['buckett', 'x']], /unknown key `buckett`/],
    ['a secret', [...cloud, ['secret_access_key', 'hunter2']], /unknown key `secret_access_key`/],
    ['a key twice', [...cloud, ['bucket', 'other']], /./],
    ['a number that is none', [...cloud.slice(0, -2), ['lock_days', '30; rm']], /lock_days/],
    ['a second primary one', [['name', 'x'], ['kind', 'local'], ['path', '/x'], ['role', 'primary']], /primary/], // prettier-ignore
    ['no kind', [['name', 'x']], /`kind` is missing/],
  ];
  for (const [title, fields, problem] of refused) {
    test(`not with ${title}, and the file stays as it is`, async (t) => {
      const { environment, file } = open(t);
      const facts = await failsWith('configuration-invalid', async () => planAddition(environment, fields));
      assert.match(facts.problem, problem);
      assert.ok(!JSON.stringify(facts).includes('hunter2'));
      assert.equal(readFileSync(file, 'utf8'), text);
    });
  }

  test('never anything else, whatever a value holds', async (t) => {
    const { environment } = open(t);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
        try {
          const { configuration, before, after } = planAddition(environment, [
            ['name', 'x'],
            ['kind', 'local'],
            ['path', '/x'],
            ['provider', value],
          ]);
          const added = configuration.destinations.at(-1);
          assert.equal(added?.provider, value);
          assert.ok(after.startsWith(before));
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'configuration-invalid');
        }
        return Promise.resolve();
      }),
    );
  });

  test('where the list is written in one line it is refused, not broken', async (t) => {
    const inline = text
      .replaceAll(/\[\[destinations\]\]\nname = "(second|third)"\nkind = "local".*\npath = .*\n/g, '')
      .replace('[[destinations]]\nname = "local"\nkind = "local"\npath = "/backup"\n', '')
      .replace('state =', 'destinations = [{ name = "local", kind = "local", path = "/backup" }]\nstate =');
    const { environment, file } = open(t, inline);
    await failsWith('configuration-invalid', async () => planAddition(environment, cloud));
    await failsWith('configuration-invalid', async () => planRemoval(environment, 'local'));
    assert.equal(readFileSync(file, 'utf8'), inline);
  });
});

suite('a destination is taken out', () => {
  test('alone: comments stay with what follows', async (t) => {
    const { environment, file } = open(t);
    const edit = planRemoval(environment, 'second');
    assert.deepEqual(edit.lines, [
      '[[destinations]]',
      'name = "second"',
      "kind = \"local\" # '''",
      'path = "/second" # [[destinations]]',
    ]);
    await writeEdit(edit);
    const written = readFileSync(file, 'utf8');
    const gone = text.replace(`${edit.lines.join('\n')}\n`, '');
    assert.equal(written.replaceAll(/\n+/g, '\n'), gone.replaceAll(/\n+/g, '\n'));
    assert.deepEqual(
      parseConfiguration(file, written, 1).destinations.map(({ name }) => name),
      ['local', 'third'],
    );
  });

  test('with the tables that are its own', async (t) => {
    const { environment, file } = open(
      t,
      `${text}keep = { daily = 3 }\n\n[mail]\nfrom = "x <x@example.com>"\nfolder = "/m"\n`,
    );
    const own = '[destinations.keep]\ndaily = 30\n';
    writeFileSync(file, readFileSync(file, 'utf8').replace('# of the second\n', own));
    const edit = planRemoval(environment, 'second');
    assert.deepEqual(edit.lines.slice(-2), ['[destinations.keep]', 'daily = 30']);
    assert.ok(!edit.after.includes('daily = 30'));
    assert.ok(edit.after.includes('keep = { daily = 3 }'));
  });

  test('what was added and taken out again leaves the file as it was', async (t) => {
    const { environment, file } = open(t);
    await writeEdit(planAddition(environment, cloud));
    await writeEdit(planRemoval(environment, 'cloud'));
    assert.equal(readFileSync(file, 'utf8'), text);
  });

  test('never the primary one, nor one that is not there', async (t) => {
    const { environment } = open(t);
    const facts = await failsWith('configuration-invalid', async () => planRemoval(environment, 'local'));
    assert.match(facts.problem, /primary/);
    const unknown = await failsWith('unknown-destination', async () => planRemoval(environment, 'secnd'));
    assert.equal(unknown.hint, 'second');
  });
});

suite('the file', () => {
  test('keeps its mode and its owner, and a link to it stays one', async (t) => {
    const { file } = open(t);
    chmodSync(file, 0o640);
    if (isRoot) chownSync(file, 0, 20_001);
    const link = `${temporaryFolder(t)}/larder.toml`;
    symlinkSync(file, link);
    await writeEdit(planAddition({ LARDER_CONFIG: link }, cloud));
    assert.ok(lstatSync(link).isSymbolicLink());
    const { mode, gid } = statSync(file);
    assert.equal(mode & 0o777, 0o640);
    if (isRoot) assert.equal(gid, 20_001);
    assert.match(readFileSync(file, 'utf8'), /name = "cloud"/);
  });

  test('is not written when somebody changed it meanwhile', async (t) => {
    const { environment, file } = open(t);
    const edit = planAddition(environment, cloud);
    writeFileSync(file, `${text}\n# by hand\n`);
    await failsWith('configuration-invalid', () => writeEdit(edit));
    assert.match(readFileSync(file, 'utf8'), /# by hand\n$/);
  });
});
