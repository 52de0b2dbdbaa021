import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { parseConfiguration } from '../../../plugin/platform/configuration.ts';
import { failsWith } from '../../support/failures.ts';

const top = 'state = "/s"\n[panel]\nkind = "linux"\n[[destinations]]\nname = "a"\n';
const hostKey = `ssh-ed25519 ${'A'.repeat(68)}`;

function readEndpoint(endpoint: string): string {
  const text = `${top}kind = "s3"\nbucket = "backups"\ncredentials_file = "/k"\nendpoint = ${JSON.stringify(endpoint)}\n`;
  const [cloud] = parseConfiguration('/f', text, 1).destinations;
  assert.ok(cloud?.kind === 's3');
  return cloud.endpoint;
}

function readHost(host: string): string {
  const text = `${top}kind = "sftp"\nuser = "u"\npath = "/p"\nkey_file = "/k"\nhost_key = "${hostKey}"\nhost = "${host}"\n`;
  const [shed] = parseConfiguration('/f', text, 1).destinations;
  assert.ok(shed?.kind === 'sftp');
  return shed.host;
}

suite('an endpoint is taken as it stands', () => {
  const taken = [
    ['https://s3.example.com', 'https://s3.example.com'],
    ['https://s3.example.com/', 'https://s3.example.com'],
    ['https://S3.Example.com:443', 'https://s3.example.com'],
    ['https://s3.example.com:9000', 'https://s3.example.com:9000'],
    ['https://10.0.0.5:7480', 'https://10.0.0.5:7480'],
    ['https://[2001:db8::5]', 'https://[2001:db8::5]'],
    ['https://xn--e1afmkfd.example', 'https://xn--e1afmkfd.example'],
    ['http://127.0.0.1:7480', 'http://127.0.0.1:7480'],
    ['http://localhost:80', 'http://localhost'],
    ['http://[::1]:7480', 'http://[::1]:7480'],
    ['https://169.example.com', 'https://169.example.com'],
    ['https://224.0.0.example', 'https://224.0.0.example'],
  ] as const;
  for (const [text, endpoint] of taken) test(text, () => assert.equal(readEndpoint(text), endpoint));
});

suite('an endpoint that nobody can have meant is refused', () => {
  const none = /no address of a server/;
  const odd = /odd spelling|ends with a dot/;
  const nobody = /no storage can be at/;
  const refused: readonly (readonly [string, RegExp])[] = [
    ['file:///etc/shadow', none],
    ['gopher://s3.example.com', none],
    ['ftp://s3.example.com', none],
    ['s3.example.com', none],
    ['https:s3.example.com', none],
    ['https:\\\\s3.example.com', none],
    ['https://s3.example.com@evil.example', none],
    ['https://key:secret@s3.example.com', none],
    ['https://s3.example.com/bucket', none],
    ['https://s3.example.com?x', none],
    ['https://s3.example.com#x', none],
    ['https://s3.example.com evil.example', none],
    ['https://s3.example.com:99999', none],
    ['http://2130706433', odd],
    ['http://0x7f.1', odd],
    ['http://127.1', odd],
    ['http://0177.0.0.1', odd],
    ['http://localhost.:7480', odd],
    ['https://s3.example.com.', odd],
    ['https://[0:0:0:0:0:0:0:1]', odd],
    ['https://0', odd],
    ['https://s3.ex\u0430mple.com', odd],
    ['https://s3\u3002example.com', odd],
    ['https://%73%33.example.com', odd],
    ['https://0.0.0.0', nobody],
    ['https://169.254.169.254', nobody],
    ['https://100.100.100.200', nobody],
    ['https://255.255.255.255', nobody],
    ['https://[::]', nobody],
    ['https://[::ffff:a9fe:a9fe]', nobody],
    ['http://[::ffff:7f00:1]', nobody],
    ['https://[fe80::1]', nobody],
    ['https://[fd00:ec2::254]', nobody],
    ['https://metadata.google.internal', nobody],
    ['http://s3.example.com', /read and changed/],
    ['http://127.0.0.1.evil.example', /read and changed/],
    ['http://10.0.0.5', /read and changed/],
    ['https://s3.example.com:25', /port 25/],
    ['http://127.0.0.1:6379', /port 6379/],
  ];
  for (const [text, problem] of refused) {
    test(text, async () => {
      assert.match((await failsWith('configuration-invalid', () => readEndpoint(text))).problem, problem);
    });
  }
});

suite('the host of an SFTP destination', () => {
  for (const host of ['backup.example.com', '10.0.0.5', '127.0.0.1', '2001:db8::5', 'shed']) {
    test(`may be ${host}`, () => assert.equal(readHost(host), host));
  }
  for (const host of [
    '2130706433',
    '0x7f.1',
    '127.1',
    '169.254.169.254',
    '::ffff:a9fe:a9fe',
    'fe80::1',
    '0.0.0.0',
    '::',
  ]) {
    test(`may not be ${host}`, async () => {
      await failsWith('configuration-invalid', () => readHost(host));
    });
  }
});
