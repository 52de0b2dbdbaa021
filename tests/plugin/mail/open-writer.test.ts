import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { languages } from '../../../plugin/domain/language.ts';
import type { MailMessage } from '../../../plugin/domain/mail.ts';
import type { AlertKind, Recommendation } from '../../../plugin/protocol/proof.ts';
import { openMailWriter } from '../../../plugin/mail/open-writer.ts';

const write = openMailWriter({
  views: 'views',
  pages: 'https://backup.example.com',
  load: (language, page) => JSON.parse(readFileSync(`locales/${language}/${page}.json`, 'utf8')) as object,
});
const evil = '<img src=x onerror=alert(1)>"\'\r\nBcc: all@example.com\u202e\u001b[2J';
const at = '2026-11-20T06:41:00.000Z';
const host = { name: 'Nikos K.', ticket: '#48213', reason: 'pictures missing' };
const files = { kind: 'files', comesBack: 4, replaced: 1, deleted: 0, bytes: 5_600_000 } as const;
const restored: MailMessage = {
  kind: 'restored',
  job: 'bnra6ezkabcdefgh0234',
  isUndo: false,
  pointTime: '2026-11-18T19:12:00.000Z',
  what: files,
  at,
  undoUntil: '2026-11-27T06:41:00.000Z',
  host: undefined,
};
const alertKinds = [
  'backup-late',
  'backup-missed',
  'backup-failed',
  'point-damaged',
  'required-missing',
  'drill-failed',
  'drill-overdue',
  'storage-low',
  'backup-large',
  'backup-small',
  'count-drop',
  'copy-late',
  'copy-lost',
] as const satisfies readonly AlertKind[];
const recommendationKinds = [
  'no-offsite',
  'never-drilled',
  'drill-failed',
  'damaged',
  'late',
  'storage-low',
  'slower-than-rto',
  'failing',
] as const satisfies readonly Recommendation['kind'][];

/** One of each kind, with all facts that any has. */
function factsOf(changes: { readonly [name: string]: string }) {
  const times = { at, lastGoodAt: at, lastDrillAt: at, copiedAt: at };
  const words = { code: 'no-space', problem: 'files-missing', paths: 'a', destination: 'cloud', ...changes };
  return { ...times, ...words, count: 2, rpoHours: 26, days: 30, bytesFree: 4e9 };
}

function alertsOf(facts: { readonly [name: string]: string | number }): MailMessage {
  const some = alertKinds.map((kind) => ({ kind, severity: 'failure' as const, account: 'nora', facts }));
  const lists = { begun: { total: 5000, some }, over: { total: 1, some: some.slice(0, 1) } };
  return {
    kind: 'alerts',
    to: 'host@example.com',
    language: 'en',
    server: 'maria.example.com',
    failures: 12,
    ...lists,
  };
}

const messages: readonly MailMessage[] = [
  restored,
  { ...restored, host },
  { ...restored, host: { name: undefined, ticket: undefined, reason: undefined } },
  { ...restored, isUndo: true },
  { ...restored, what: { kind: 'database', name: 'maria_shop', beside: 'maria_shop_restored_1118', tables: 61 } },
  {
    kind: 'restore-failed',
    job: restored.job,
    at,
    failure: { code: 'no-space', facts: { path: '/home/maria' } },
    host: undefined,
  },
  { kind: 'download-ready', job: restored.job, name: 'images.zip', files: 41, bytes: 38_000_000, until: at },
  { kind: 'backup-late', lastAt: at },
  { kind: 'delete-code', code: '012345', pointTime: at, label: 'πριν' },
  { kind: 'delete-planned', pointTime: at, label: '', at },
  { kind: 'passphrase', what: 'set', at },
  { kind: 'passphrase', what: 'changed', at },
  { kind: 'passphrase', what: 'removed', at },
  alertsOf(factsOf({})),
  {
    kind: 'report',
    to: 'host@example.com',
    language: 'en',
    server: 'maria.example.com',
    period: 'month',
    from: '2026-10-31T22:00:00.000Z',
    until: '2026-11-30T22:00:00.000Z',
    adherence: 0.994,
    successRate: 1,
    accounts: 312,
    proven: 311,
    drills: { done: 330, passed: 329 },
    alertsOpen: 1,
    bytesStored: 4.1e12,
    recommendations: recommendationKinds.map((kind) => ({ kind, count: 2, names: ['nora', 'brandt'] })),
  },
];

suite('every mail', () => {
  for (const language of languages) {
    for (const message of messages) {
      test(`${message.kind} in ${language} says all that it has to, with no key or gap left`, async () => {
        const mail = await write(message, { account: 'maria', language, timeZone: 'Europe/Athens' });
        for (const part of Object.values(mail)) {
          assert.doesNotMatch(
            part,
            /\{\{|undefined|\b(?:restored|failed|ready|late|code|deleting|undo|host|alerts|report|cli)\.[a-z_]+\b/,
          );
        }
        assert.match(mail.subject, /maria/);
        assert.match(mail.html, new RegExp(`<html lang="${language}"`));
        assert.ok(Buffer.byteLength(mail.html) < 30_000);
      });
    }
  }

  test('counts are written in the plural form and the numbers of the language', async () => {
    const one = { ...restored, what: { ...files, comesBack: 1, replaced: 0, deleted: 2 } };
    const greek = await write(one, { account: 'maria', language: 'el', timeZone: 'Europe/Athens' });
    assert.match(greek.subject, /^Επέστρεψε 1 στοιχείο/);
    assert.match(greek.text, /Διαγράφηκαν 2 νεότερα/);
    const many = { ...restored, what: { ...files, comesBack: 1234, replaced: 0 } };
    const german = await write(many, { account: 'maria', language: 'de', timeZone: 'Europe/Berlin' });
    assert.match(german.text, /1\.234 zurückgekommen \(5,6\sMB\)/);
  });

  test('times are those of the reader’s zone', async () => {
    const reader = { account: 'maria', language: 'en' } as const;
    const [athens, utc] = await Promise.all(
      ['Europe/Athens', 'UTC'].map((timeZone) => write(restored, { ...reader, timeZone })),
    );
    assert.match(athens?.text ?? '', /18 November at 21:12/);
    assert.match(utc?.text ?? '', /18 November at 19:12/);
  });
});

suite('hostile names', () => {
  const hostile: readonly MailMessage[] = [
    { ...restored, host: { name: evil, ticket: evil, reason: evil } },
    { ...restored, what: { kind: 'database', name: evil, beside: evil, tables: 1 } },
    { kind: 'delete-planned', pointTime: at, label: evil, at },
    alertsOf(factsOf({ paths: evil, problem: evil })),
    { kind: 'delete-code', code: '012345', pointTime: at, label: evil },
    { kind: 'download-ready', job: restored.job, name: evil, files: 1, bytes: 1, until: at },
    {
      kind: 'restore-failed',
      job: restored.job,
      at,
      failure: { code: 'no-space', facts: { path: evil } },
      host: undefined,
    },
  ];

  for (const message of hostile) {
    test(`are text in a mail that tells ${message.kind}`, async () => {
      const mail = await write(message, { account: 'maria', language: 'en', timeZone: 'UTC' });
      assert.doesNotMatch(mail.subject, /[\r\n\u001b\u202e]/);
      assert.doesNotMatch(mail.html, /<img|[\u001b\u202e]/);
      assert.doesNotMatch(mail.text, /[\u001b\u202e]|^Bcc/m);
    });
  }

  test('whatever they are', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (label) => {
        const mail = await write(
          { kind: 'delete-planned', pointTime: at, label, at },
          { account: 'maria', language: 'de', timeZone: 'UTC' },
        );
        assert.doesNotMatch(`${mail.subject}${mail.text}`, /[\u0000-\u0009\u000b-\u001f\u202e]/);
      }),
      { numRuns: 30 },
    ));
});
