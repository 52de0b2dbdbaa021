import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isTimeZone, readAccountSettings, usualSettings } from '../../../plugin/domain/account-settings.ts';

test('settings that were kept are read, and what cannot be understood is as usual', () => {
  const mail = { restored: false, ready: true, late: false };
  assert.deepEqual(readAccountSettings({ language: 'de', timeZone: 'Europe/Berlin', mail }), {
    language: 'de',
    timeZone: 'Europe/Berlin',
    mail,
  });
  assert.deepEqual(
    readAccountSettings({ language: 'xx', timeZone: 'Mars/Olympus', mail: { late: 'no' } }),
    usualSettings,
  );
});

test('whatever was kept, settings can be read', () =>
  fc.assert(fc.property(fc.jsonValue(), (value) => void readAccountSettings(value))));

test('a time zone is one that dates can be shown in', () => {
  for (const name of ['UTC', 'Europe/Athens', 'America/Argentina/Buenos_Aires']) assert.ok(isTimeZone(name), name);
  for (const name of ['', 'Athens', '../etc/passwd', '+02:00', 'Europe/Athens\n', 'x'.repeat(65)])
    assert.ok(!isTimeZone(name), name);
});
