import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { performRequest } from '../../../plugin/actions/perform-request.ts';
import { fillOutbox } from '../../../plugin/actions/mail-late.ts';
import { sendMails } from '../../../plugin/actions/send-mails.ts';
import type { Services } from '../../../plugin/actions/services.ts';
import { Failure } from '../../../plugin/domain/failure.ts';
import { openMailer } from '../../../plugin/mail/open-mailer.ts';
import { openMailWriter } from '../../../plugin/mail/open-writer.ts';
import { openProofSite, type ProofSite } from '../../support/proof-site.ts';

const log = { info() {}, warn() {}, error() {} };
const load = (language: string, page: string) =>
  JSON.parse(readFileSync(`locales/${language}/${page}.json`, 'utf8')) as object;
const write = openMailWriter({ views: 'views', pages: undefined, load });
const start = Date.parse('2026-11-20T12:00:00Z');
const hour = 3_600_000;

/** A server whose clock stands where the test wants it, and the mails that left it. */
class Watched {
  readonly #site: ProofSite;
  readonly #services: Services;
  readonly #folder: string;
  #accounts = 1;
  #now = start;

  constructor(site: ProofSite, changes: Partial<Services> = {}) {
    this.#site = site;
    this.#folder = join(site.folder, 'mails');
    const { clock, panel } = site.services;
    this.#services = {
      ...site.services,
      ...changes,
      clock: { ...clock, now: () => new Date(this.#now) },
      panel: { ...panel, listAccounts: () => this.#listAccounts() },
    };
  }

  async #listAccounts() {
    const [account] = await this.#site.services.panel.listAccounts();
    assert.ok(account !== undefined);
    return Array.from({ length: this.#accounts }, (_, place) => {
      return {
        ...account,
        name: `u${place + 1}`,
        uid: account.uid + place,
        home: place === 0 ? account.home : `${account.home}-${place}`,
      } as typeof account;
    });
  }

  set accounts(count: number) {
    this.#accounts = count;
  }

  async watchAt(hours: number): Promise<void> {
    this.#now = start + hours * hour;
    const performing = { services: this.#services, onProgress: () => {}, signal: new AbortController().signal };
    await performRequest(performing, { kind: 'watch' });
  }

  async fillAt(iso: string): Promise<void> {
    this.#now = Date.parse(iso);
    await fillOutbox(this.#services);
  }

  async backUp(iso: string): Promise<void> {
    this.#now = Date.parse(iso);
    const performing = { services: this.#services, onProgress: () => {}, signal: new AbortController().signal };
    await performRequest(performing, { kind: 'backup', account: 'u1', paths: [], label: undefined });
  }

  /** Texts of mails that leave now. */
  async mails(): Promise<string[]> {
    const { mail } = this.#services.configuration;
    assert.ok(mail !== undefined);
    const before = new Set(filesIn(this.#folder));
    await sendMails({ services: this.#services, mailer: openMailer(mail), write, log });
    const added = filesIn(this.#folder).filter((name) => !before.has(name));
    return added.map((name) => decode(readFileSync(join(this.#folder, name), 'utf8')));
  }
}

function openSite(context: TestContext, settings: string): Promise<ProofSite> {
  return openProofSite(context, {}, `[mail]\nfrom = "Larder <b@example.com>"\nfolder = "FOLDER/mails"\n${settings}`);
}

async function openWatched(context: TestContext, settings: string): Promise<Watched> {
  return new Watched(await openSite(context, settings));
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no mail has left yet
  }
}

/** Quoted-printable, as nodemailer writes it. */
function decode(mail: string): string {
  const bytes = mail
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const alerts = '[alerts]\nemails = ["root@example.com"]\nquiet = "22:00-07:00"\n[schedule]\ntime_zone = "UTC"\n';

suite('the host hears by mail', () => {
  test('of a storm in one, and of its end in one', async (context) => {
    const server = await openWatched(context, alerts);
    server.accounts = 400;
    await server.watchAt(0);
    assert.deepEqual(await server.mails(), []);
    await server.watchAt(27);
    await server.watchAt(27.2);
    const [storm = '', ...others] = await server.mails();
    assert.deepEqual(others, []);
    assert.match(storm, /^To: root@example\.com$/m);
    assert.match(storm, /400 things failed/);
    assert.match(storm, /u1: no good backup within 26 h/);
    assert.match(storm, /… and 370 more/);
    assert.ok(storm.length < 60_000);
    server.accounts = 1;
    await server.watchAt(30);
    await server.watchAt(44);
    const [over = '', ...more] = await server.mails();
    assert.deepEqual(more, []);
    assert.match(over, /399 things are well again/);
  });

  test('of failures at any hour', async (context) => {
    const server = await openWatched(context, alerts);
    await server.watchAt(0);
    await server.watchAt(35); // 23:00
    assert.equal((await server.mails()).length, 1);
  });

  test('once, also while a webhook cannot be reached', async (context) => {
    const unreachable = { send: () => Promise.reject(new Failure('not-delivered', { to: 'x', problem: 'away' })) };
    const site = await openSite(context, alerts);
    const server = new Watched(site, { messengers: [unreachable, ...site.services.messengers] });
    await server.watchAt(0);
    for (const hours of [27, 27.2, 27.4]) await server.watchAt(hours);
    assert.equal((await server.mails()).length, 1);
    server.accounts = 2;
    await server.watchAt(28);
    await server.watchAt(56);
    const [mail = '', ...others] = await server.mails();
    assert.deepEqual(others, []);
    assert.match(mail, /u2: no good/);
    assert.doesNotMatch(mail, /u1: no good/);
  });

  test('what a week came to, once', async (context) => {
    const server = await openWatched(
      context,
      '[reports]\nemails = ["a@example.com", "b@example.com"]\nlanguage = "el"\nevery = ["week"]\n[schedule]\ntime_zone = "UTC"\n',
    );
    await server.backUp('2026-11-20T12:00:00Z');
    await server.fillAt('2026-11-22T12:00:00Z');
    assert.deepEqual(await server.mails(), []);
    await server.fillAt('2026-11-23T07:00:00Z');
    await server.fillAt('2026-11-23T07:10:00Z');
    const [one = '', two = '', ...others] = await server.mails();
    assert.deepEqual(others, []);
    assert.match(one, /^To: [ab]@example\.com$/m);
    assert.match(two, /η εβδομάδα έως 22 Νοεμβρίου/);
  });

  test('nothing of a week without backups', async (context) => {
    const server = await openWatched(context, '[reports]\nemails = ["a@example.com"]\n');
    await server.fillAt('2026-11-23T12:00:00Z');
    assert.deepEqual(await server.mails(), []);
  });
});
