import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { fillOutbox } from '../../../plugin/actions/mail-late.ts';
import { sendMails } from '../../../plugin/actions/send-mails.ts';
import type { Services } from '../../../plugin/actions/services.ts';
import type { JobEnding } from '../../../plugin/contracts/job-queue.ts';
import type { MailConfiguration } from '../../../plugin/domain/configuration.ts';
import { writeActor, type Actor } from '../../../plugin/domain/actor.ts';
import { openMailer } from '../../../plugin/mail/open-mailer.ts';
import { openMailWriter } from '../../../plugin/mail/open-writer.ts';
import { openHistorySite, type HistorySite } from '../../support/history-site.ts';
import { startSmtpServer, type SmtpServer } from '../../support/smtp-server.ts';
import { suiteFolder } from '../../support/temporary-folder.ts';

const log = { info() {}, warn() {}, error() {} };
const write = openMailWriter({
  views: 'views',
  pages: 'https://backup.example.com',
  load: (language, page) => JSON.parse(readFileSync(`locales/${language}/${page}.json`, 'utf8')) as object,
});
const receipt = {
  purpose: 'restore',
  point: { time: '2026-11-18T19:12:00.000Z' },
  counts: { comesBack: 2, replaced: 1, deleted: 0, bytes: 900 },
};

suite('mails leave', () => {
  const folder = suiteFolder();
  let site: HistorySite;
  let server: SmtpServer;
  let time = 0;
  const mailBy = (way: MailConfiguration['way']): MailConfiguration => ({
    from: 'Backups <backups@example.com>',
    replyTo: 'help@example.com',
    way,
  });
  const smtp = (): MailConfiguration['way'] => ({
    kind: 'smtp',
    host: '127.0.0.1',
    port: server.port,
    tls: 'none',
    user: undefined,
    passwordFile: undefined,
  });
  const servicesWith = (mail: MailConfiguration): Services => ({
    ...site.services,
    configuration: { ...site.services.configuration, mail },
    clock: { ...site.services.clock, now: () => new Date(Date.now() + time) },
    panel: {
      ...site.services.panel,
      listAccounts: async () =>
        (await site.services.panel.listAccounts()).map((account) => ({
          ...account,
          email: `${account.name}@example.gr`,
          language: 'el',
        })),
    },
  });
  const send = (mail = mailBy(smtp())) =>
    sendMails({ services: servicesWith(mail), mailer: openMailer(mail), write, log });
  const endJob = async (account: string, ending: JobEnding, actor: Actor = { kind: 'account' }): Promise<string> => {
    const accounts = await site.services.records.recordAccounts(await site.services.panel.listAccounts(), new Date());
    const found = accounts.find(({ name }) => name === account);
    assert.ok(found !== undefined);
    const job = await site.services.jobs.add({
      generation: found.generation,
      accountName: found.name,
      kind: 'run-plan',
      weight: 'small',
      label: undefined,
      request: '{}',
      askedBy: writeActor(actor),
      uniqueKey: undefined,
    });
    const claimed = await site.services.jobs.claim(job, 'test', 60_000);
    assert.ok(claimed !== undefined);
    await site.services.jobs.finish(claimed, ending);
    return job.id;
  };
  const done: JobEnding = { state: 'done', result: JSON.stringify(receipt), undoUntil: new Date(Date.now() + 6e8) };

  before(async () => {
    site = await openHistorySite(folder, 4);
    server = await startSmtpServer();
  });
  after(async () => {
    await server.close();
    await site.close();
  });

  test('once for each job that ended, in the language of the reader, however often it is looked for', async () => {
    const job = await endJob('u1', done);
    const services = servicesWith(mailBy(smtp()));
    assert.equal(await fillOutbox(services), true);
    assert.equal(await fillOutbox(services), false);
    assert.equal(await send(), 1);
    assert.equal(await send(), 0);
    const [mail] = server.mails.splice(0);
    assert.equal(mail?.to, 'u1@example.gr');
    assert.match(mail?.content ?? '', /^Message-ID: <[0-9a-f]{32}@example\.com>$/m);
    assert.match(mail?.content ?? '', /^Auto-Submitted: auto-generated$/m);
    assert.match(mail?.content ?? '', /^Reply-To: help@example\.com$/m);
    assert.match(mail?.content ?? '', /^Content-Language: el$/m);
    assert.match(decode(mail?.content ?? ''), new RegExp(`https://backup\\.example\\.com/jobs/${job}`));
  });

  test('not to who wants none, unless the host did it', async () => {
    const choices = { restored: false, ready: false, late: false };
    const settings = { language: undefined, timeZone: undefined, mail: choices };
    await site.perform({ kind: 'change-settings', account: 'u2', settings });
    await endJob('u2', done);
    await endJob('u2', done, { kind: 'staff', name: 'Νίκος', ticket: '#4', reason: 'λείπουν εικόνες' });
    await fillOutbox(servicesWith(mailBy(smtp())));
    assert.equal(await send(), 1);
    assert.match(decode(server.mails.splice(0)[0]?.content ?? ''), /Νίκος[^]*#4[^]*λείπουν εικόνες/);
  });

  test('later when the server is away, and it is the same mail', async () => {
    await endJob('u3', { state: 'failed', failure: '{"code":"no-space","facts":{"path":"/x"}}', undoUntil: undefined });
    await fillOutbox(servicesWith(mailBy(smtp())));
    for (const answer of ['drop', '451 later'] as const) {
      server.answer = answer;
      assert.equal(await send(), 0, answer);
      time += 6 * 60_000;
    }
    server.answer = '250 ok';
    assert.equal(await send(), 1);
    assert.equal(server.mails.splice(0).length, 1);
  });

  test('never when there is no such mailbox', async () => {
    await endJob('u4', done);
    await fillOutbox(servicesWith(mailBy(smtp())));
    server.answer = '550 no such mailbox';
    assert.equal(await send(), 0);
    server.answer = '250 ok';
    time += 40 * 86_400_000;
    assert.equal(await send(), 0);
    time = 0;
  });

  test('into a folder, each as one file', async () => {
    await site.perform({ kind: 'nightly' });
    time = 37 * 3_600_000;
    const way = { kind: 'folder', path: `${folder}/mails` } as const;
    await fillOutbox(servicesWith(mailBy(way)));
    assert.equal(await send(mailBy(way)), 3, 'u2 wants to hear of no late backup');
    const files = readdirSync(`${folder}/mails`);
    assert.equal(files.length, 3);
    assert.match(readFileSync(`${folder}/mails/${files[0]}`, 'utf8'), /^Content-Type: multipart\/alternative/m);
    assert.equal(await send(mailBy(way)), 0);
  });
});

/** What a reader sees of a mail's parts in quoted-printable or base64. */
function decode(content: string): string {
  const texts = content.split(/^--.*$/m).map((part) => {
    const [head = '', ...body] = part.split('\n\n');
    const text = body.join('\n\n');
    if (/base64/i.test(head)) return Buffer.from(text, 'base64').toString();
    if (!/quoted-printable/i.test(head)) return text;
    const bytes = text.replaceAll('=\n', '').replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => `%${hex}`);
    return decodeURIComponent(bytes.replaceAll(/%(?![0-9A-F]{2})/g, '%25'));
  });
  return texts.join('\n');
}
