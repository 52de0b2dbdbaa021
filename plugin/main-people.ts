/** Who performs what the command line asks for, and whose home is where. Wiring only. */
import type { Connection } from './cli/surroundings.ts';
import { Failure } from './domain/failure.ts';
import { findWorker } from './main-connect.ts';
import type { OpenPerformer } from './main-performer.ts';
import type { Environment } from './platform/environment.ts';
import { askAhead } from './protocol/ask-ahead.ts';
import type { ConnectedPerformer } from './protocol/client.ts';
import { asksNobody, foreseeRequest } from './protocol/foresee.ts';
import type { Hello } from './protocol/hello.ts';
import type { Performer } from './protocol/requests.ts';

const { realpathSync, statSync } = process.getBuiltinModule('node:fs');

/** A worker that is started anew answers within a few seconds; one that was stopped for good does not at all. */
const patienceMilliseconds = 60_000;
const pauseMilliseconds = 500;

/** Opened when first needed; to be closed in the end. */
export interface People {
  /** @throws {Failure} `worker-unreachable` when nobody answers and this user may not perform alone. */
  connect(): Promise<Connection>;
  /**
   * The worker anew, after a connection to it has ended; undefined when none came within a minute.
   * @throws {Failure} `cancelled` when the signal fired.
   */
  reconnect(signal: AbortSignal): Promise<Connection | undefined>;
  /**
   * Looks for the worker while the command is still being loaded, unless nobody will be asked. Resolves at once, unless it
   * is sure what will be asked: then when it was asked.
   */
  hurry(argv: readonly string[], signal: AbortSignal): Promise<void>;
  performHere(): Promise<Performer>;
  homeOf(account: string): Promise<readonly string[]>;
  /** @returns whether all that was asked for was done elsewhere, or nobody was asked: then nothing goes on here. */
  close(): Promise<boolean>;
}

export function findPeople(environment: Environment, programVersion: string): People {
  return new FoundPeople(environment, programVersion);
}

class FoundPeople implements People {
  readonly #environment: Environment;
  readonly #programVersion: string;
  #worker: Promise<ConnectedPerformer | undefined> | undefined;
  #here: OpenPerformer | undefined;
  #asksNobody = false;

  constructor(environment: Environment, programVersion: string) {
    this.#environment = environment;
    this.#programVersion = programVersion;
  }

  async connect(): Promise<Connection> {
    const worker = await this.#findWorker();
    if (worker !== undefined) return connectionTo(worker);
    if (!(await mayPerformAlone(this.#environment))) throw noWorker(this.#environment);
    return { performer: await this.performHere(), account: undefined, isWorker: false };
  }

  async hurry(argv: readonly string[], signal: AbortSignal): Promise<void> {
    this.#asksNobody = asksNobody(argv);
    if (this.#asksNobody) return;
    const finding = this.#findWorker();
    finding.catch(() => undefined); // who needs it is told
    const kind = foreseeRequest(argv);
    if (kind === undefined) return;
    const found = await finding.catch(() => undefined);
    const account = found?.hello.account;
    if (found === undefined || account === undefined) return;
    this.#worker = Promise.resolve({ ...found, performer: askAhead(found.performer, { kind, account }, signal) });
  }

  async reconnect(signal: AbortSignal): Promise<Connection | undefined> {
    for (let waited = 0; waited < patienceMilliseconds; waited += pauseMilliseconds) {
      if (signal.aborted) throw new Failure('cancelled', { action: 'follow' });
      this.#worker = undefined;
      const worker = await this.#findWorker().catch(() => undefined);
      if (worker !== undefined) return connectionTo(worker);
      const { setTimeout } = await import('node:timers/promises');
      await setTimeout(pauseMilliseconds, undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  }

  /** The engine is loaded when it is needed: a tenant's commands never do. */
  async performHere(): Promise<Performer> {
    const { openPerformer } = await import('./main-performer.ts');
    return (this.#here ??= openPerformer({ environment: this.#environment, programVersion: this.#programVersion }));
  }

  /** The worker says where its own account's home is; root asks for the accounts. */
  async homeOf(account: string): Promise<readonly string[]> {
    const hello = (await this.#findWorker())?.hello;
    const isOwn = hello?.account !== undefined;
    const home = isOwn ? (hello.account === account ? hello.home : undefined) : await this.#askForHome(account);
    return home === undefined ? [] : spellingsOf(home);
  }

  async close(): Promise<boolean> {
    const worker = await this.#worker?.catch(() => undefined);
    worker?.close();
    await this.#here?.close();
    return this.#here === undefined && (worker !== undefined || this.#asksNobody);
  }

  #findWorker(): Promise<ConnectedPerformer | undefined> {
    return (this.#worker ??= findWorker(this.#environment, process.getuid?.() ?? 0));
  }

  async #askForHome(account: string): Promise<string | undefined> {
    const { performer } = await this.connect();
    const { accounts } = await performer.perform<'accounts'>(
      { kind: 'accounts' },
      () => {},
      new AbortController().signal,
    );
    return accounts.find(({ name }) => name === account)?.home;
  }
}

async function connectionTo({ performer, hello }: ConnectedPerformer): Promise<Connection> {
  return { performer, account: hello.account, isWorker: true, outdated: await outdatedSettings(hello) };
}

/** The configuration that was changed after the worker read it; only root is told which that is. */
export async function outdatedSettings({ settings }: Hello): Promise<string | undefined> {
  if (settings === undefined) return undefined;
  const { configurationDigest } = await import('./platform/configuration-digest.ts');
  return configurationDigest(settings.file) === settings.digest ? undefined : settings.file;
}

/** Root, and who owns the state: what is wrong with the state is then said in the end. */
async function mayPerformAlone(environment: Environment): Promise<boolean> {
  const uid = process.getuid?.() ?? 0;
  if (uid === 0) return true;
  const { loadConfiguration } = await import('./platform/configuration.ts');
  try {
    const state = statSync(loadConfiguration(environment).state, { throwIfNoEntry: false });
    return state === undefined || state.uid === uid;
  } catch {
    return false;
  }
}

function noWorker(environment: Environment): Failure<'worker-unreachable'> {
  const named = environment['LARDER_RUN'] ?? '';
  const socket = named === '' ? '/run/larder' : named;
  return new Failure('worker-unreachable', {
    socket,
    mend: 'The administrator of this server starts it with: larder serve worker',
  });
}

/** As the panel writes it, and with symbolic links followed, as the kernel names the working directory. */
function spellingsOf(home: string): string[] {
  try {
    return [...new Set([home, realpathSync(home)])];
  } catch {
    return [home];
  }
}
