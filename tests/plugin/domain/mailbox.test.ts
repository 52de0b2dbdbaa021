import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { deliveredAt, isMailIndex, mailAddress, mailPlace, messageKey } from '../../../plugin/domain/mailbox.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

suite('names in a mailbox', () => {
  test('a message keeps its key while it is read, answered and moved from new to cur', () => {
    const names = ['1790000000.M1P2.mx,S=90', '1790000000.M1P2.mx,S=90:2,', '1790000000.M1P2.mx,S=90:2,RSa'];
    assert.deepEqual(new Set(names.map((name) => messageKey(bytes(name)))), new Set(['1790000000.M1P2.mx,S=90']));
    assert.notEqual(messageKey(bytes('1790000001.M1P2.mx')), messageKey(bytes('1790000000.M1P2.mx')));
  });

  for (const name of ['dovecot-uidlist', '.hidden', 'x.1', '', ':2,S', 'note.txt', '1790000000']) {
    test(`“${name}” is no message`, () => assert.equal(messageKey(bytes(name)), undefined));
  }

  test('the name of a message tells when it was delivered', () => {
    assert.equal(deliveredAt(bytes('1790000000.M1P2.mx:2,S'))?.toISOString(), '2026-09-21T14:13:20.000Z');
    assert.equal(deliveredAt(bytes('menu.pdf')), undefined);
    assert.equal(deliveredAt(bytes('99999999999999999.M1')), undefined);
  });

  const servers = [
    'dovecot-uidlist',
    'dovecot.index.cache',
    'dovecot-uidvalidity.5f',
    'dovecot.list.index',
    'maildirsize',
  ];
  const people = ['subscriptions', '.dovecot.sieve', 'dovecot.conf', 'maildirsize.old', 'sieve'];
  for (const name of servers) test(`${name} is the mail server’s`, () => assert.ok(isMailIndex(bytes(name))));
  for (const name of people) test(`${name} is not`, () => assert.ok(!isMailIndex(bytes(name))));
});

suite('where a mailbox may lie', () => {
  const walk = (path: string): boolean => {
    const names = path.split('/');
    return (
      names.every((name, index) => mailPlace(names.slice(0, index)).next?.(name) === true) && mailPlace(names).isEnd
    );
  };
  for (const path of ['mail/example.gr/info', 'imap/example.gr/info/Maildir', 'mail', 'Maildir']) {
    test(path, () => assert.ok(walk(path)));
  }
  for (const path of [
    'mail/example.gr',
    'mail/example/info',
    'mail/example.gr/.Sent',
    'imap/example.gr/info',
    'mail/a.gr/b/c',
    'www',
  ]) {
    test(`not ${path}`, () => assert.ok(!walk(path)));
  }
  test('its address is in its path; the account’s own has none', () => {
    assert.equal(mailAddress(['mail', 'example.gr', 'info']), 'info@example.gr');
    assert.equal(mailAddress(['imap', 'example.gr', 'info', 'Maildir']), 'info@example.gr');
    assert.equal(mailAddress(['Maildir']), undefined);
  });
});
