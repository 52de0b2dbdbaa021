/** `npm start`: a demo of Larder in one folder, made at the first start and served until Ctrl-C. Wiring only. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportFailure } from './cli/failure-report.ts';
import { chooseLanguage } from './cli/language.ts';
import { openTexts } from './cli/texts.ts';
import type { Log } from './contracts/log.ts';
import { claimFolder, emptyFolder, readRecord, writeRecord, type DemoRecord } from './demo/demo-folder.ts';
import { openDemoScreen, type DemoScreen } from './demo/demo-screen.ts';
import { readDemoWords, type DemoWords } from './demo/demo-words.ts';
import { demoAccounts } from './demo/demo-accounts.ts';
import { stopLeftover } from './demo/database/server.ts';
import { guideLines, type DemoLink } from './demo/guide.ts';
import { settleAccounts, writeSettings, type SettledAccount } from './demo/settle-accounts.ts';
import { serveMailPage } from './demo/mail-page.ts';
import { shareProgram } from './demo/shared-program.ts';
import { writeWrappers } from './demo/write-wrappers.ts';
import { isFailure } from './domain/failure.ts';
import { openDemoDatabases, settleDatabases, type DemoDatabases } from './main-demo-databases.ts';
import { connectWorker } from './main-connect.ts';
import { systemClock } from './platform/clock.ts';
import { findFreePort } from './platform/free-port.ts';
import { readEnvironment } from './platform/environment.ts';
import { lockInstance } from './platform/instance-lock.ts';
import { openLog } from './platform/log.ts';
import { openDemoPanel } from './panels/demo.ts';

interface Demo extends DemoWords {
  readonly screen: DemoScreen;
  readonly signal: AbortSignal;
}

const environment = readEnvironment();
const checkout = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const programVersion = `larder ${readVersion()}`;
const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

const linkMinutes = 12 * 60;

process.umask(0o022); // whatever the caller's is: customers go through the demo's folder
process.exitCode = await main();

async function main(): Promise<number> {
  const isPlain = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  const texts = openTexts(chooseLanguage(environment), loadTexts);
  const screen = openDemoScreen(process.stdout, (key, facts) => texts.say(key, facts), isPlain);
  const words = readDemoWords(process.argv.slice(2), { uid: user.uid, environment });
  if (words === undefined) return (screen.fail(texts.say('demo.usage')), 2);
  const signal = listenForStop(() => screen.note('stopping'));
  const demo = { ...words, screen, signal };
  try {
    await runDemo(demo);
    return 0;
  } catch (error) {
    return explain(demo, error, () => reportFailure(error, texts));
  }
}

function explain(demo: Demo, error: unknown, report: () => { message: string; exitCode: number }): number {
  const { screen, signal, folder } = demo;
  if (signal.aborted) return (screen.note('interrupted'), 130);
  if (isFailure(error, 'instance-running') && 'holder' in error.facts) {
    screen.fail(screen.say('demo.running', { folder, holder: error.facts.holder }));
    return 5;
  }
  const { message, exitCode } = report();
  screen.fail(message);
  if (!isFailure(error) && error instanceof Error) screen.fail(error.stack ?? '');
  return exitCode;
}

async function runDemo(asked: Demo): Promise<void> {
  const { screen } = asked;
  const folder = claimFolder(asked.folder, systemClock.now());
  const demo = { ...asked, folder, port: await findFreePort(asked.port) };
  const lock = lockInstance(folder, systemClock.now());
  try {
    await stopLeftover(folder);
    const found = readRecord(folder);
    const whole = found?.isWhole === true && !demo.isFresh ? found : undefined;
    const accounts = whole === undefined ? await beginDemo(demo) : undefined;
    await withDatabases(demo, accounts, async (databases) => {
      const record = whole ?? (await makeDemo(demo, accounts ?? [], databases));
      await show(demo, record, databases);
    });
    screen.note('stopped');
  } finally {
    lock.release();
  }
}

async function withDatabases(
  { folder, port, screen, signal }: Demo,
  accounts: readonly SettledAccount[] | undefined,
  use: (databases: DemoDatabases) => Promise<void>,
): Promise<void> {
  const onInstall = (): void => screen.note('installing');
  const databases = await openDemoDatabases({ folder, accounts, isRoot: user.uid === 0, signal, onInstall });
  try {
    writeSettings(folder, port, databases.kind === 'on');
    await use(databases);
  } finally {
    if (databases.kind === 'on') await databases.server.stop();
  }
}

async function show(demo: Demo, record: DemoRecord, databases: DemoDatabases): Promise<void> {
  const { folder } = demo;
  const accounts = await settledAccounts(folder);
  const { isCopy } = shareProgram(checkout, folder, user.uid === 0 ? accounts[0] : undefined);
  writeWrappers(folder, accounts);
  const { screen, port } = demo;
  const words = { title: screen.say('demo.mails-title'), none: screen.say('demo.mails-none') };
  const mailPage = await serveMailPage(join(folder, 'mails'), await findFreePort(port + 1), words);
  try {
    await serve(demo, (links) => showGuide(demo, record, { isCopy, links, databases, mails: mailPage.url }));
  } finally {
    mailPage.close();
  }
}

/** Empties the folder, and makes homes in which nothing is yet. */
async function beginDemo({ folder, days, screen }: Demo): Promise<SettledAccount[]> {
  await writeRecord(folder, { isWhole: false, madeAt: systemClock.now(), days });
  emptyFolder(folder);
  screen.begin(folder, days);
  return settleAccounts(folder, user);
}

async function makeDemo(
  { folder, days, share, screen, signal }: Demo,
  accounts: readonly SettledAccount[],
  databases: DemoDatabases,
): Promise<DemoRecord> {
  const madeAt = systemClock.now();
  const record = { isWhole: true, madeAt, days };
  if (databases.kind === 'on') await settleDatabases(ownEnvironment(folder), accounts);
  const { makeHistory } = await import('./main-demo-history.ts');
  const { points } = await makeHistory({
    now: madeAt,
    days,
    share,
    accounts,
    environment: ownEnvironment(folder),
    programVersion,
    onProgress: screen.progress,
    signal,
  });
  screen.made(points);
  await writeRecord(folder, record);
  return record;
}

async function settledAccounts(folder: string): Promise<SettledAccount[]> {
  const listed = await openDemoPanel(join(folder, 'accounts.json'), user.uid).listAccounts();
  return listed.map(({ name, uid, gid, home }) => ({ name, uid, gid, home, gives: user.uid === 0 }));
}

/** The worker and the pages, until Ctrl-C. @param onReady is told when both answer. */
async function serve({ folder, screen, signal }: Demo, onReady: (links: readonly DemoLink[]) => void): Promise<void> {
  const [{ serveWorker }, { serveWeb }] = await Promise.all([import('./main-worker.ts'), import('./main-web.ts')]);
  const log = openLog({ write: (line) => appendFileSync(join(folder, 'worker.log'), line) });
  const ready = Promise.withResolvers<void>();
  const watched: Log = {
    ...log,
    info(event, facts) {
      log.info(event, facts);
      if (event === 'worker-ready') ready.resolve();
    },
  };
  const options = { environment: ownEnvironment(folder), signal };
  const worker = serveWorker({ ...options, programVersion, log: watched });
  worker.catch((error: unknown) => ready.reject(error));
  await ready.promise;
  const web = serveWeb({ ...options, log });
  onReady(await makeLinks(folder, screen.say('demo.host')));
  await Promise.all([worker, web]);
}

/** Links to the pages of each customer and of the administrator: longer good than others, for a demo waits until somebody looks at it. */
async function makeLinks(folder: string, hostTitle: string): Promise<DemoLink[]> {
  const worker = await connectWorker(join(folder, 'run'), user.uid);
  if (worker === undefined) throw new Error('the worker of the demo does not answer');
  try {
    const links: DemoLink[] = [];
    for (const { name, title } of demoAccounts) {
      const request = { kind: 'login', role: 'account', account: name, minutes: linkMinutes } as const;
      const { url = '' } = await worker.performer.perform<'login'>(request, () => {}, AbortSignal.timeout(10_000));
      links.push({ title, url });
    }
    const request = { kind: 'login', role: 'admin', staff: 'demo', minutes: linkMinutes } as const;
    const { url = '' } = await worker.performer.perform<'login'>(request, () => {}, AbortSignal.timeout(10_000));
    return [...links, { title: hostTitle, url }];
  } finally {
    worker.close();
  }
}

/** The worker's processes keep compiled code where only this user can write. */
function ownEnvironment(folder: string) {
  return {
    ...environment,
    LARDER_CONFIG: join(folder, 'larder.toml'),
    NODE_COMPILE_CACHE: join(folder, 'state/code'),
    UV_USE_IO_URING: '0',
  };
}

function showGuide(
  { folder, screen }: Demo,
  { madeAt, days }: DemoRecord,
  served: {
    readonly isCopy: boolean;
    readonly links: readonly DemoLink[];
    readonly databases: DemoDatabases;
    readonly mails: string;
  },
): void {
  const { say, paint } = screen;
  screen.lines(guideLines({ folder, days, madeAt, now: systemClock.now(), ...served, say, paint }));
}

/** npm and its shell get the same Ctrl-C and pass it on: what comes within a second is the same one. */
function listenForStop(onStop: () => void): AbortSignal {
  const controller = new AbortController();
  let first: number | undefined;
  const stop = (): void => {
    const now = performance.now();
    if (first !== undefined && now - first > 1000) process.exit(130);
    if (first === undefined) onStop();
    first ??= now;
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  return controller.signal;
}

function loadTexts(language: string, page: string): unknown {
  const texts = readJson(`../locales/${language}/${page}.json`);
  return page === 'cli' ? { ...(texts as object), demo: readJson(`../locales/${language}/demo.json`) } : texts;
}

function readVersion(): string {
  const description = readJson('../package.json');
  const isKnown = typeof description === 'object' && description !== null && 'version' in description;
  return isKnown ? String(description.version) : '';
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
