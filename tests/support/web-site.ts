import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { connectWorker } from '../../plugin/main-connect.ts';
import type { Answer, Request } from '../../plugin/protocol/requests.ts';
import { findFreePort } from '../../plugin/platform/free-port.ts';
import { isRoot } from './backup-site.ts';
import { configurationOf } from './dumped-database.ts';
import { giveAway, makeInstallation, type Installation } from './installation.ts';
import { hostileNames } from './odd-names.ts';
import type { PrivateMariadb } from './mariadb.ts';
import { makeDatabase, shopSql as salesSql } from './postgresql-database.ts';
import type { PrivatePostgresql } from './postgresql.ts';
import { RunningWorker } from './running-worker.ts';
import { standDownload, standStill, type StandingJob } from './stand-still.ts';
import { shopSql } from './shop-database.ts';

export interface DatabaseServers {
  readonly mariadb?: PrivateMariadb | undefined;
  readonly postgresql?: PrivatePostgresql | undefined;
}

const larder = fileURLToPath(new URL('../../plugin/bin/larder', import.meta.url));

/** A worker, the pages, and customers with a past: `u1` lost files and `u2` is the neighbour. `u3` has no backup yet. */
export class WebSite {
  readonly installation: Installation;
  readonly worker: RunningWorker;
  readonly url: string;
  readonly home: string;
  /** Restore points of u1, oldest first. */
  points: Answer<'list'>['points'] = [];
  #web: ChildProcess | undefined;
  webOutput = '';
  #standing: StandingJob | undefined;
  #download: StandingJob | undefined;

  private constructor(installation: Installation, url: string) {
    this.installation = installation;
    this.url = url;
    this.home = installation.homes[0] ?? '';
    this.worker = new RunningWorker(installation.folder);
  }

  /**
   * @param first the port from which on a free one is taken. @param servers where `u1` shall have databases.
   * @param accounts how many; those after the third have what the first has.
   */
  static async open(folder: string, first: number, servers: DatabaseServers = {}, accounts = 3): Promise<WebSite> {
    const installation = makeInstallation(folder, isRoot ? accounts : 1);
    const port = await findFreePort(first);
    const url = `http://127.0.0.1:${port}`;
    appendFileSync(
      `${folder}/larder.toml`,
      `[web]\nurl = "${url}"\nlisten = "127.0.0.1:${port}"\n[mail]\nfrom = "Backups <backups@example.com>"\nfolder = "${folder}/mails"\n`,
    );
    giveCopies(folder);
    giveAddresses(folder);
    giveDatabases(folder, servers);
    const site = new WebSite(installation, url);
    fillHome(site.home);
    const neighbour = installation.homes[1];
    if (neighbour !== undefined) fillNeighbour(neighbour);
    installation.succeed('init');
    makeSales(servers);
    await site.worker.start();
    await site.backUp('u1', undefined);
    await site.ask({ kind: 'copy', account: 'u1', destination: undefined, repair: false, back: false });
    await site.ask({ kind: 'archive', account: 'u1', full: false });
    if (neighbour !== undefined) await site.backUp('u2', undefined);
    for (const [index, home] of installation.homes.entries()) {
      if (index < 3) continue;
      fillHome(home, 20_001 + index);
      await site.backUp(`u${index + 1}`, undefined);
    }
    writeFileSync(`${site.home}/public_html/prices.html`, '<p>new prices</p>\n');
    giveAway(site.home, 20_001);
    await site.backUp('u1', 'before the update');
    breakHome(site.home);
    breakDatabases(servers);
    await site.startWeb();
    site.points = (await site.ask({ kind: 'list', account: 'u1' })).points;
    return site;
  }

  /** As root. A connection that nobody used for a minute is closed, so each question has its own. */
  async ask<Kind extends Request['kind']>(request: Extract<Request, { kind: Kind }>): Promise<Answer<Kind>> {
    const connected = await connectWorker(`${this.installation.folder}/run`, 0);
    if (connected === undefined) throw new Error('the worker does not answer');
    try {
      return await connected.performer.perform<Kind>(request, () => {}, new AbortController().signal);
    } finally {
      connected.close();
    }
  }

  async backUp(account: string, label: string | undefined): Promise<void> {
    await this.ask({ kind: 'backup', account, paths: [], label });
  }

  /** The account sets a passphrase of its own, over its own socket; once. */
  async seal(account: string, passphrase: string): Promise<void> {
    if ((await this.ask({ kind: 'passphrase', account })).isOn) return;
    const uid = 20_000 + Number(account.slice(1));
    const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', LARDER_RUN: `${this.installation.folder}/run` };
    const words = ['passphrase', 'set', '--passphrase-file', '-', '--yes'];
    execFileSync(larder, words, { uid, gid: uid, cwd: '/', env, input: passphrase, stdio: 'pipe' });
  }

  async startWeb(): Promise<void> {
    const env = {
      PATH: process.env['PATH'],
      LANG: 'C.UTF-8',
      LARDER_CONFIG: `${this.installation.folder}/larder.toml`,
    };
    const child = spawn(larder, ['serve', 'web'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#web = child;
    await new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        this.webOutput += text;
        if (text.includes('web-ready')) resolve();
      });
      child.once('exit', () => reject(new Error(`the pages ended: ${this.webOutput}`)));
    });
  }

  async killWeb(): Promise<void> {
    const child = this.#web;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** As the panel or root makes it. */
  async link(account: string): Promise<string> {
    const { url = '' } = await this.ask({ kind: 'login', role: 'account', account });
    return url;
  }

  async adminLink(): Promise<string> {
    const { url = '' } = await this.ask({ kind: 'login', role: 'admin', staff: 'anna' });
    return url;
  }

  /** How one of those who look at screens comes in. */
  async linkFor(who: string): Promise<string> {
    if (who === 'admin') return this.adminLink();
    return who === 'staff' ? this.staffLink('u1') : this.link(who);
  }

  async staffLink(account: string): Promise<string> {
    const staff = { staff: 'nikos', ticket: '48213', reason: 'pictures are missing' };
    const { url = '' } = await this.ask({ kind: 'login', role: 'staff', account, ...staff });
    return url;
  }

  /** Opens the link, as a panel would. */
  async signIn(person: BrowserContext, account = 'u1', page?: Page): Promise<Page> {
    const tab = page ?? (await person.newPage());
    await tab.goto(await this.link(account));
    await tab.waitForURL(`${this.url}/restore**`);
    return tab;
  }

  /** A restore of `u2` that runs, and goes on when the site is closed. @returns its job. */
  async standingJob(): Promise<string> {
    this.#standing ??= await standStill(this);
    return this.#standing.job;
  }

  /** A download of `u2` that is being prepared, and goes on when the site is closed. */
  async standingDownload(): Promise<string> {
    this.#download ??= await standDownload(this);
    return this.#download.job;
  }

  async close(): Promise<void> {
    this.#standing?.release();
    this.#download?.release();
    await this.killWeb();
    await this.worker.stop();
  }
}

/** A copy on another disk, and archives: of the first backup alone, so that the newest is not there yet. */
function giveCopies(folder: string): void {
  appendFileSync(
    `${folder}/larder.toml`,
    `[[destinations]]\nname = "second"\nkind = "local"\npath = "${folder}/second"\ncountry = "DE"\n` +
      `[[destinations]]\nname = "archives"\nkind = "local"\nrole = "archives"\npath = "${folder}/archives"\nprovider = "Example Cloud"\n`,
  );
}

/** The panel knows where its customers read mail. */
function giveAddresses(folder: string): void {
  const accounts = JSON.parse(readFileSync(`${folder}/accounts.json`, 'utf8')) as { readonly name: string }[];
  const known = accounts.map((account) => ({
    ...account,
    email: `${account.name}@example.gr`,
    domain: `${account.name}.example.gr`,
  }));
  writeFileSync(`${folder}/accounts.json`, JSON.stringify(known), { mode: 0o600 });
}

function giveDatabases(folder: string, { mariadb, postgresql }: DatabaseServers): void {
  if (mariadb !== undefined) giveShop(folder, mariadb);
  if (postgresql !== undefined) giveSales(folder, postgresql);
}

/** Once there is the role that reads it. */
function makeSales({ postgresql }: DatabaseServers): void {
  if (postgresql === undefined) return;
  const statements = `${salesSql}; DELETE FROM posts WHERE id > 20`; // the larger one is what a page begins with
  makeDatabase(postgresql, 'u1_sales', { owner: 'u1', statements });
}

function breakDatabases({ mariadb, postgresql }: DatabaseServers): void {
  if (mariadb !== undefined) breakShop(mariadb);
  if (postgresql !== undefined) breakSales(postgresql);
}

function fillNeighbour(home: string): void {
  mkdirSync(`${home}/public_html`);
  writeFileSync(`${home}/public_html/secret-of-u2.txt`, 'not yours');
  giveAway(home, 20_002);
}

/** A shop that works, and one that is called oddly. */
function giveShop(folder: string, mariadb: PrivateMariadb): void {
  const server = configurationOf(mariadb).server;
  if (!('socketPath' in server)) throw new TypeError('a private server has a socket');
  appendFileSync(
    `${folder}/larder.toml`,
    `[[databases]]\nengine = "mariadb"\nsocket = "${server.socketPath}"\npassword_file = "${folder}/database-password"\n`,
  );
  mariadb.sql(`CREATE DATABASE u1_shop; USE u1_shop; ${shopSql}`);
  mariadb.sql('CREATE DATABASE u1_blog; CREATE TABLE u1_blog.wp_posts (id INT PRIMARY KEY)');
  mariadb.sql('CREATE DATABASE u2_secret; CREATE TABLE u2_secret.secret_of_u2 (id INT PRIMARY KEY)');
  const accounts = JSON.parse(readFileSync(`${folder}/accounts.json`, 'utf8')) as { readonly name: string }[];
  const own: { readonly [name: string]: readonly string[] } = { u1: ['u1_shop', 'u1_blog'], u2: ['u2_secret'] };
  const known = accounts.map((account) => ({ ...account, databases: own[account.name] ?? [] }));
  writeFileSync(`${folder}/accounts.json`, JSON.stringify(known), { mode: 0o600 });
}

/** A database of PostgreSQL beside those of MariaDB. */
function giveSales(folder: string, postgresql: PrivatePostgresql): void {
  appendFileSync(
    `${folder}/larder.toml`,
    `[[databases]]\nengine = "postgresql"\nsocket = "${postgresql.socketPath}"\npassword_file = "${folder}/postgresql-password"\n`,
  );
  postgresql.sql("CREATE ROLE u1 LOGIN PASSWORD 'secret'");
  const accounts = JSON.parse(readFileSync(`${folder}/accounts.json`, 'utf8')) as {
    readonly name: string;
    readonly databases: readonly string[];
  }[];
  const known = accounts.map((account) =>
    account.name === 'u1' ? { ...account, databases: [...account.databases, 'postgresql:u1_sales'] } : account,
  );
  writeFileSync(`${folder}/accounts.json`, JSON.stringify(known), { mode: 0o600 });
}

function breakSales(postgresql: PrivatePostgresql): void {
  postgresql.sql(
    `SET ROLE u1; DELETE FROM posts WHERE id > 10; CREATE TABLE came_later (id int); DROP TABLE odd;
    INSERT INTO orders (status, total) VALUES ('new', 1), ('new', 2);`,
    'u1_sales',
  );
}

/** Orders come in, an update goes wrong, and a table is gone. */
export function breakShop(mariadb: PrivateMariadb): void {
  mariadb.sql(`USE u1_shop; DELETE FROM wp_posts WHERE id > 490; CREATE TABLE came_later (id INT);
    INSERT INTO wp_wc_orders (status, total) SELECT 'wc-new', seq FROM seq_1_to_14;
    ALTER TABLE odd ADD COLUMN more INT; DROP TABLE wp_options;`);
}

const mailFolders = ['cur', 'new', 'tmp'].map((name) => `mail/u1.example.gr/info/${name}`);
const mail = ['cur/1789300000.M1P1.mx:2,S', 'cur/1789300001.M2P1.mx:2,S', 'new/1789300002.M3P1.mx'];

/** One message is read, one deleted, and one comes in. */
function readMail(home: string): void {
  const box = `${home}/mail/u1.example.gr/info`;
  if (existsSync(`${box}/new/1789300002.M3P1.mx`)) {
    renameSync(`${box}/new/1789300002.M3P1.mx`, `${box}/cur/1789300002.M3P1.mx:2,S`);
  }
  rmSync(`${box}/cur/1789300000.M1P1.mx:2,S`, { force: true });
  writeFileSync(`${box}/new/1789400000.M4P1.mx`, 'Subject: 4\n\nHello again\n');
}

function fillHome(home: string, uid = 20_001): void {
  for (const folder of ['public_html/images', 'public_html/wp-content/plugins/shop', 'names', ...mailFolders]) {
    mkdirSync(`${home}/${folder}`, { recursive: true });
  }
  const text = (name: string, content: string): void => {
    writeFileSync(`${home}/${name}`, content);
    utimesSync(`${home}/${name}`, 1_790_000_000, 1_790_000_000);
  };
  text('public_html/index.php', '<?php echo 1;\n');
  text('public_html/menu.pdf', 'the menu of the season\n');
  text('public_html/prices.html', '<p>prices</p>\n');
  text('public_html/wp-config.php', "<?php define('A', 1);\n");
  for (const name of ['hero', 'terrace', 'team']) text(`public_html/images/${name}.jpg`, `picture of ${name}\n`);
  for (let index = 0; index < 60; index++)
    text(`public_html/wp-content/plugins/shop/part-${index}.php`, `part ${index}\n`);
  for (const [index, name] of mail.entries()) text(`mail/u1.example.gr/info/${name}`, `Subject: ${index}\n\nHello\n`);
  for (const [index, name] of hostileNames.entries()) {
    writeFileSync(Buffer.concat([Buffer.from(`${home}/names/`), name]), `hostile ${index}`);
  }
  giveAway(home, uid);
}

/** A menu and the pictures are gone, the shop is broken, and one file is new. */
export function breakHome(home: string): void {
  rmSync(`${home}/public_html/menu.pdf`, { force: true });
  rmSync(`${home}/public_html/images`, { recursive: true, force: true });
  for (let index = 0; index < 50; index++)
    writeFileSync(`${home}/public_html/wp-content/plugins/shop/part-${index}.php`, 'br');
  for (let index = 50; index < 60; index++)
    rmSync(`${home}/public_html/wp-content/plugins/shop/part-${index}.php`, { force: true });
  readMail(home);
  writeFileSync(`${home}/public_html/new.txt`, 'came later\n');
  giveAway(home, 20_001);
}
