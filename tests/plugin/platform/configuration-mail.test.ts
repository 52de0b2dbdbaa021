import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { parseConfiguration } from '../../../plugin/platform/configuration.ts';
import { failsWith } from '../../support/failures.ts';

const base = `state = "/s"
[panel]
kind = "linux"
[[destinations]]
name = "local"
kind = "local"
path = "/b"
[mail]
`;
const read = (lines: string) => parseConfiguration('/etc/larder/larder.toml', base + lines, 1).mail;
const from = 'from = "Backups <backups@example.com>"\n';
const smtp = { kind: 'smtp', user: undefined, passwordFile: undefined };

suite('how mails are sent', () => {
  test('is nowhere without [mail]', () => {
    assert.equal(parseConfiguration('/l.toml', base.replace('[mail]\n', ''), 1).mail, undefined);
  });

  const ways = [
    ['smtp = "smtp://mail.example.com"', { host: 'mail.example.com', port: 587, tls: 'required' }],
    ['smtp = "smtp://mail.example.com:2525"', { host: 'mail.example.com', port: 2525, tls: 'required' }],
    ['smtp = "smtps://mail.example.com/"', { host: 'mail.example.com', port: 465, tls: 'implicit' }],
    ['smtp = "smtp://localhost"', { host: 'localhost', port: 25, tls: 'none' }],
    ['smtp = "smtp://[::1]:26"', { host: '::1', port: 26, tls: 'none' }],
  ] as const;
  for (const [line, way] of ways) {
    test(line, () => assert.deepEqual(read(from + line)?.way, { ...smtp, ...way }));
  }

  test('with a user and the file of its password', () => {
    const lines =
      'smtp = "smtps://m.example"\nuser = "larder"\npassword_file = "/etc/larder/mail-password"\nreply_to = "help@example.com"';
    assert.deepEqual(read(from + lines), {
      from: 'Backups <backups@example.com>',
      replyTo: 'help@example.com',
      way: {
        kind: 'smtp',
        host: 'm.example',
        port: 465,
        tls: 'implicit',
        user: 'larder',
        passwordFile: '/etc/larder/mail-password',
      },
    });
  });

  test('into a folder', () => {
    assert.deepEqual(read(`${from}folder = "/var/mails"`)?.way, { kind: 'folder', path: '/var/mails' });
  });
});

suite('[mail] is refused for', () => {
  const wrong = [
    ['no sender', 'smtp = "smtp://localhost"'],
    ['a sender that is none', 'from = "nobody"\nsmtp = "smtp://localhost"'],
    ['a sender with a second header', 'from = "a@b.example\\r\\nBcc: c@d.example"\nsmtp = "smtp://localhost"'],
    ['two senders', 'from = "a@b.example, c@d.example"\nsmtp = "smtp://localhost"'],
    ['no way', from],
    ['both ways', `${from}folder = "/m"\nsmtp = "smtp://localhost"`],
    ['another protocol', `${from}smtp = "http://localhost"`],
    ['a password in the address', `${from}smtp = "smtp://u:secret@m.example"`],
    ['a user without a password', `${from}smtp = "smtp://m.example"\nuser = "u"`],
    ['a relative folder', `${from}folder = "mails"`],
  ] as const;
  for (const [what, lines] of wrong) {
    test(what, async () => {
      const facts = await failsWith('configuration-invalid', () => read(lines));
      assert.doesNotMatch(JSON.stringify(facts), /secret/);
    });
  }
});
