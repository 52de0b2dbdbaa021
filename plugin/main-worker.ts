/** The worker: sockets, queue, children. Wiring only. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { knownAccounts } from './actions/find-account.ts';
import { eachStep } from './actions/each-step.ts';
import { keepHouse } from './actions/keep-house.ts';
import { keepProof } from './actions/keep-proof.ts';
import { codeMinutes } from './actions/own-backups.ts';
import type { Services } from './actions/services.ts';
import { startDueRuns } from './actions/start-due-runs.ts';
import type { Log } from './contracts/log.ts';
import type { Account } from './domain/account.ts';
import type { Configuration } from './domain/configuration.ts';
import { planClaims, slotsFor } from './domain/plan-claims.ts';
import { openPost, type Post } from './main-post.ts';
import { openServices } from './main-services.ts';
import { checkGivingAway } from './platform/check-giving-away.ts';
import { configurationDigest } from './platform/configuration-digest.ts';
import { configurationFile, loadConfiguration } from './platform/configuration.ts';
import { findGroup } from './platform/find-group.ts';
import { areHardLinksProtected } from './platform/hard-link-protection.ts';
import { listenOnSocket, type SocketPlace } from './platform/listen-socket.ts';
import { openLog } from './platform/log.ts';
import { startMinuteTick } from './platform/minute-tick.ts';
import { openPeerCheck, type PeerCheck } from './platform/peer-check.ts';
import { ensureSocketFolder } from './platform/socket-folder.ts';
import { startWorkChild } from './platform/work-child.ts';
import type { Hello } from './protocol/hello.ts';
import { openDoor, type Door, type DoorOptions } from './protocol/server.ts';
import { openAccountSockets, type Listening } from './worker/account-sockets.ts';
import { openReaders } from './worker/readers.ts';
import { createHandler, findSession } from './worker/handle-request.ts';
import { startQueue } from './worker/run-queue.ts';
import { createStepUpCodes } from './worker/step-up-codes.ts';

export interface WorkerOptions {
  readonly environment: { readonly [name: string]: string | undefined };
  readonly programVersion: string;
  /** Aborted when the worker shall end. */
  readonly signal: AbortSignal;
  /** Undefined: standard error. */
  readonly log?: Log;
}

const minute = 60_000;
const leaseMilliseconds = 20_000;
const pollMilliseconds = 2_000;
const patienceMilliseconds = minute;
/** Shorter than systemd's `TimeoutStopSec` (90 s): what still runs then is interrupted in order, not killed. */
const farewellMilliseconds = 45_000;

/**
 * Serves until the signal fires. Sockets first appear when everything behind them is ready; when it ends, running work
 * is brought to its end or waits for the next worker.
 * @throws {Failure} `instance-running`, `state-unsafe`, `not-initialised`, `system-unsupported`, `metadata-unreachable`.
 */
export async function serveWorker({
  environment,
  programVersion,
  signal,
  log = openLog(),
}: WorkerOptions): Promise<void> {
  process.umask(0o077);
  const settings = readSettings(environment);
  const configuration = loadConfiguration(environment);
  const open = await openServices({ configuration, programVersion, isChild: false, hasWorker: true, threads: 0 });
  try {
    const peers = await openSocketFolders(configuration);
    tellDoubts(log);
    const orphans = await open.services.jobs.endLeases();
    if (orphans > 0) log.warn('jobs-taken-over', { count: orphans });
    const post = await openPost(open.services, log);
    const work = openWork({ services: open.services, environment, version: programVersion, post, log });
    const sockets = await openSockets({ ...work, configuration, settings, services: open.services, peers, log });
    const housekeeping = startHousekeeping(open.services, work, post, log);
    const scheduler = startScheduler(open.services, work, log);
    log.info('worker-ready', { version: programVersion, run: configuration.run });
    await aborted(signal);
    log.info('worker-stopping', {});
    clearInterval(housekeeping);
    await scheduler.stop();
    await work.queue.stop(farewellMilliseconds); // who waits for a job hears how it ends
    await work.readers.close();
    await sockets.close();
    await post.stop();
  } finally {
    await open.close();
    log.info('worker-stopped', {});
  }
}

interface Work {
  readonly queue: ReturnType<typeof startQueue>;
  readonly readers: ReturnType<typeof openReaders>;
  readonly handle: DoorOptions['handle'];
}

interface WorkOptions {
  readonly services: Services;
  readonly environment: WorkerOptions['environment'];
  readonly version: string;
  readonly post: Post;
  readonly log: Log;
}

function openWork({ services, environment, version, post, log }: WorkOptions): Work {
  const program = fileURLToPath(new URL('./main-job.ts', import.meta.url));
  const order = { program, environment: { ...environment, LARDER_VERSION: version } };
  const start = () => startWorkChild(order);
  const slots = slotsFor(services.configuration.limits.parallel);
  const queue = startQueue({
    jobs: services.jobs,
    holder: `${hostname()} ${process.pid}`,
    log,
    start,
    choose: (open) => planClaims(open, slots),
    leaseMilliseconds,
    pollMilliseconds,
    patienceMilliseconds,
    onEnded: (job) => post.tellEnding(job),
  });
  const reader = { start: () => startWorkChild({ ...order, isReader: true }), idleMilliseconds: 5 * minute };
  const readers = openReaders({
    pages: { ...reader, size: 2, waitingLimit: 8 },
    downloads: { ...reader, size: 4, waitingLimit: 4 },
  });
  const now = () => services.clock.elapsedMilliseconds();
  const codes = createStepUpCodes({ now, randomBytes, milliseconds: codeMinutes * minute });
  return { queue, readers, handle: createHandler({ services, queue, readers, codes, log }) };
}

function startHousekeeping(services: Services, { queue }: Work, post: Post, log: Log): NodeJS.Timeout {
  const performing = { services, onProgress: () => {}, signal: new AbortController().signal };
  let turns = 0;
  const turn = async (): Promise<void> => {
    turns += 1; // a worker that has just started has more urgent things to do than to prove anything
    const added = await eachStep(log, {
      house: () => keepHouse(services),
      proof: async () => (turns > 1 ? keepProof(performing) : 0),
      post: () => post.fill(),
    });
    if (added > 0) queue.wake();
  };
  void turn();
  return setInterval(() => void turn(), 10 * minute);
}

/** Looks once a minute what is due; at the start too, for what was missed. */
function startScheduler(services: Services, { queue }: Work, log: Log): { stop(): Promise<void> } {
  const turn = async (): Promise<void> => {
    try {
      if ((await startDueRuns(services)) > 0) queue.wake();
    } catch (error) {
      log.error('schedules-not-kept', { error });
    }
  };
  void turn();
  return startMinuteTick(turn);
}

/** Read before the configuration is: a change in between is told once too often rather than never. */
function readSettings(environment: WorkerOptions['environment']): Hello['settings'] {
  const file = configurationFile(environment);
  const digest = configurationDigest(file);
  return digest === undefined ? undefined : { file, digest };
}

interface SocketOptions extends Work {
  readonly configuration: Configuration;
  readonly settings: Hello['settings'];
  readonly services: Services;
  readonly peers: PeerCheck;
  readonly log: Log;
}

async function openSocketFolders({ run }: Configuration): Promise<PeerCheck> {
  mkdirSync(run, { recursive: true, mode: 0o755 });
  for (const folder of [run, `${run}/accounts`, `${run}/uids`]) ensureSocketFolder(folder);
  checkGivingAway(run);
  return openPeerCheck(run);
}

async function openSockets(options: SocketOptions) {
  const { configuration, settings, services, log } = options;
  const { run, web } = configuration;
  const doors = new Set<Door>();
  const open: Open = (place, caller, greeting = {}) => listen({ ...options, doors }, place, caller, greeting);
  const accounts = openAccountSockets({
    listAccounts: () => knownAccounts(services),
    listen: (account) => listenForAccount(run, account, open),
    log,
  });
  const ownUid = process.getuid?.() ?? 0;
  const group = ownUid === 0 ? findGroup(web.group) : undefined;
  const owner = group === undefined ? undefined : { uid: 0, gid: group };
  const shared = [
    await open(
      { path: `${run}/root.sock`, owner: undefined, mode: 0o600, uids: [ownUid] },
      { kind: 'root' },
      { settings },
    ),
    await open({ path: `${run}/worker.sock`, owner, mode: owner ? 0o660 : 0o600, uids: undefined }, { kind: 'web' }),
  ];
  await accounts.sync();
  const timer = setInterval(() => void accounts.sync(), minute);
  return {
    async close(): Promise<void> {
      clearInterval(timer);
      await accounts.close();
      for (const socket of shared) socket.close();
      for (const door of doors) door.close();
    },
  };
}

/** What the greeting tells of an account. */
type Greeting = Partial<Pick<Account, 'language' | 'home'>> & Pick<Hello, 'settings'>;
type Open = (place: SocketPlace, caller: DoorOptions['caller'], greeting?: Greeting) => Promise<Listening>;

/** `accounts/NAME.sock`, and `uids/UID.sock` for a user who does not know the name. */
async function listenForAccount(run: string, account: Account, open: Open): Promise<Listening> {
  const { name, uid, gid, generation, language, home } = account;
  const own = process.getuid?.() ?? 0;
  const place: SocketPlace = {
    path: `${run}/accounts/${name}.sock`,
    owner: own === 0 ? { uid, gid } : undefined,
    mode: 0o600,
    uids: [own === 0 ? uid : own],
  };
  const listening = await open(place, { kind: 'account', name, generation }, { language, home });
  const alias = `${run}/uids/${uid}.sock`;
  rmSync(alias, { force: true });
  symlinkSync(`../accounts/${name}.sock`, alias);
  return {
    close() {
      rmSync(alias, { force: true });
      listening.close();
    },
  };
}

async function listen(
  { services, handle, peers, log, doors }: SocketOptions & { readonly doors: Set<Door> },
  place: SocketPlace,
  caller: DoorOptions['caller'],
  { language, home, settings }: Greeting,
): Promise<Listening> {
  const door = openDoor({
    caller,
    language,
    home,
    settings,
    handle,
    findSession: (session) => findSession(services, session),
    randomSecret: () => randomBytes(32),
    now: () => performance.now(),
    onFault: (error) => log.error('request-broke', { error }),
  });
  doors.add(door);
  const listening = await listenOnSocket(place, {
    peers,
    onConnection: (channel) => void door.serve(channel),
    onIntruder: (problem) => log.warn('intruder', { problem }),
  });
  return {
    close() {
      listening.close();
      if (caller.kind === 'account') dismiss(door, doors);
    },
  };
}

/** Who was an account's and is no longer loses the connections that are open, too. */
function dismiss(door: Door, doors: Set<Door>): void {
  doors.delete(door);
  door.close();
}

/** What is not as it should be, but lets the worker do the rest of its work. */
function tellDoubts(log: Log): void {
  if (!areHardLinksProtected()) log.warn('restores-refused', { mend: 'sysctl -w fs.protected_hardlinks=1' });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
