import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { locationOf } from '../../../plugin/domain/destination.ts';
import { parseConfiguration } from '../../../plugin/platform/configuration.ts';
import { failsWith } from '../../support/failures.ts';

const top = 'state = "/s"\n[panel]\nkind = "linux"\n[[destinations]]\nname = "local"\nkind = "local"\npath = "/b"\n';
const hostKey = `ssh-ed25519 ${'A'.repeat(68)}`;

const s3 = `[[destinations]]
name = "cloud"
kind = "s3"
preset = "custom"
endpoint = "https://s3.example.com"
bucket = "backups"
prefix = "server1"
credentials_file = "/etc/larder/s3.toml"
`;
const sftp = `[[destinations]]
name = "shed"
kind = "sftp"
host = "backup.example.com"
user = "larder"
path = "/srv/backup"
host_key = "${hostKey}"
key_file = "/etc/larder/key"
`;

const read = (text: string) => parseConfiguration('/f', top + text, 1).destinations;

test('an S3 destination has defaults that are safe', () => {
  const [, cloud] = read(`${s3}country = "DE"\nprovider = "Example"\n`);
  assert.deepEqual(cloud, {
    name: 'cloud',
    role: 'secondary',
    country: 'DE',
    provider: 'Example',
    kind: 's3',
    preset: 'custom',
    endpoint: 'https://s3.example.com',
    region: 'us-east-1',
    bucket: 'backups',
    prefix: 'server1',
    pathStyle: true,
    credentialsFile: '/etc/larder/s3.toml',
    authorityFile: undefined,
    checksums: 'when-required',
    storageClass: undefined,
    encryption: { kind: 'none' },
    lock: undefined,
    limits: { bytesPerSecond: undefined, parallel: 8, cacheBytes: 1_024_000_000 },
  });
});

test('an SFTP destination is read', () => {
  const [, , shed] = read(`${s3}${sftp}port = 2222\nbandwidth_mb = 20\nparallel = 2\ncache_mb = 0\n`);
  assert.deepEqual(shed, {
    name: 'shed',
    role: 'tertiary',
    country: undefined,
    provider: undefined,
    kind: 'sftp',
    host: 'backup.example.com',
    port: 2222,
    user: 'larder',
    path: '/srv/backup',
    hostKey,
    keyFile: '/etc/larder/key',
    limits: { bytesPerSecond: 20_000_000, parallel: 2, cacheBytes: 0 },
  });
});

const presets = [
  { preset: 'aws', more: 'region = "eu-central-1"', endpoint: 'https://s3.eu-central-1.amazonaws.com' },
  { preset: 'gcs', more: '', endpoint: 'https://storage.googleapis.com' },
  { preset: 'spaces', more: 'region = "fra1"', endpoint: 'https://fra1.digitaloceanspaces.com' },
  { preset: 'wasabi', more: 'region = "eu-central-2"', endpoint: 'https://s3.eu-central-2.wasabisys.com' },
  { preset: 'b2', more: 'region = "eu-central-003"', endpoint: 'https://s3.eu-central-003.backblazeb2.com' },
];

suite('a preset knows the endpoint', () => {
  for (const { preset, more, endpoint } of presets) {
    test(preset, () => {
      const text = s3.replace('"custom"', `"${preset}"`).replace(/endpoint = .*/, more);
      const cloud = read(text)[1];
      assert.ok(cloud?.kind === 's3');
      assert.equal(cloud.endpoint, endpoint);
      assert.equal(cloud.checksums, preset === 'aws' ? 'when-supported' : 'when-required');
    });
  }
});

test('places are called as stock restic calls them', () => {
  const [local, cloud, shed] = read(s3 + sftp);
  assert.ok(local !== undefined && cloud !== undefined && shed !== undefined);
  assert.equal(locationOf({ destination: local, folder: 'm-1' }), '/b/m-1');
  assert.equal(locationOf({ destination: cloud, folder: 'm-1' }), 's3:https://s3.example.com/backups/server1/m-1');
  assert.equal(locationOf({ destination: shed, folder: 'm-1' }), 'sftp://larder@backup.example.com:22//srv/backup/m-1');
});

test('object lock and encryption are read', () => {
  const [, cloud] = read(`${s3}lock = "compliance"\nlock_days = 30\nencryption = "kms"\nkms_key = "k1"\n`);
  assert.ok(cloud?.kind === 's3');
  assert.deepEqual(cloud.lock, { mode: 'compliance', days: 30 });
  assert.deepEqual(cloud.encryption, { kind: 'kms', key: 'k1' });
});

test('one destination may be S3 only', () => {
  const text = `state = "/s"\n[panel]\nkind = "linux"\n${s3}`;
  assert.equal(parseConfiguration('/f', text, 1).destinations[0]?.role, 'primary');
});

const refused = [
  { title: 'a path for S3', text: s3.replace('bucket =', 'path ='), hint: /path_style/ },
  { title: 'a mistyped kind', text: s3.replace('"s3"', '"s33"'), hint: /did you mean `s3`/ },
  { title: 'a mistyped preset', text: s3.replace('"custom"', '"wasaby"'), hint: /did you mean `wasabi`/ },
  { title: 'a mistyped key', text: s3.replace('prefix', 'prefx'), hint: /did you mean `prefix`/ },
  { title: 'no endpoint', text: s3.replace(/endpoint.*\n/, ''), hint: /https/ },
  { title: 'http to another machine', text: s3.replace('https:', 'http:'), hint: /https/ },
  { title: 'a password in the endpoint', text: s3.replace('//s3', '//a:b@s3'), hint: /https/ },
  { title: 'another scheme', text: s3.replace('https:', 'file:'), hint: /https/ },
  { title: 'a prefix that climbs', text: s3.replace('server1', '../x'), hint: /slash/ },
  { title: 'a bucket that is none', text: s3.replace('"backups"', '"a/b"'), hint: /letters/ },
  { title: 'a lock without days', text: `${s3}lock = "compliance"\n`, hint: /whole number/ },
  { title: 'days without a lock', text: `${s3}lock_days = 3\n`, hint: /compliance/ },
  { title: 'a country that is none', text: `${s3}country = "Germany"\n`, hint: /two capital letters/ },
  { title: 'a host key that is none', text: sftp.replace(hostKey, 'SHA256:x'), hint: /ssh-keyscan/ },
  { title: 'a user that is none', text: sftp.replace('"larder"', '"-oProxyCommand=x"'), hint: /letters/ },
  { title: 'two primary ones', text: `${s3}role = "primary"\n`, hint: /secondary/ },
  { title: 'one place twice', text: s3 + s3.replace('"cloud"', '"cloud2"'), hint: /own folder/ },
];

test('a copy keeps by rules of its own, which begin with those of the server', () => {
  const retention = '[retention]\ndaily = 7\nmanual_days = 5\n';
  const [local, cloud, shed] = parseConfiguration(
    '/f',
    `${top}${s3}keep = { daily = 30, month_ends = 12 }\n${sftp}${retention}`,
    1,
  ).destinations;
  assert.deepEqual([local?.keep, shed?.keep], [undefined, undefined]);
  assert.deepEqual(cloud?.keep?.rules, [
    { kind: 'daily', count: 30 },
    { kind: 'month-ends', count: 12 },
  ]);
  assert.equal(cloud.keep.manualDays, 5);
});

suite('rules of its own are refused', () => {
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['at the primary destination', `${top}keep = { daily = 3 }\n`, /primary/],
    ['when nothing would be left', `${top}${s3}keep = { daily = 0 }\n`, /nothing would be kept/],
    ['with a key that is not known', `${top}${s3}keep = { dayly = 3 }\n`, /unknown key `dayly`/],
    ['when they are no table', `${top}${s3}keep = 30\n`, /must be a table/],
  ];
  for (const [title, text, problem] of refused) {
    test(title, async () => {
      const facts = await failsWith('configuration-invalid', () => parseConfiguration('/f', text, 1));
      assert.match(facts.problem, problem);
    });
  }
});

suite('what cannot be meant is refused', () => {
  for (const { title, text, hint } of refused) {
    test(title, async () => {
      assert.match((await failsWith('configuration-invalid', () => read(text))).hint, hint);
    });
  }
});

test('without a primary destination nothing works', async () => {
  const text = top.replace('kind = "local"', 'kind = "local"\nrole = "secondary"');
  assert.match((await failsWith('configuration-invalid', () => parseConfiguration('/f', text, 1))).hint, /primary/);
});
