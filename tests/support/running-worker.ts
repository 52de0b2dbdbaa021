import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { setImmediate as afterEvents, setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectWorker } from '../../plugin/main-connect.ts';
import type { ConnectedPerformer } from '../../plugin/protocol/client.ts';
import type { Answer, Request } from '../../plugin/protocol/requests.ts';

const larder = fileURLToPath(new URL('../../plugin/bin/larder', import.meta.url));

/**
 * `larder serve worker` as a process of its own, in the folder of an installation. It lives in a time zone in which it is
 * shortly after one in the afternoon when it is first started, so that what runs by itself (from half past midnight to
 * five, every six hours) does not mix with what a test does, at whatever hour that is run.
 */
export class RunningWorker {
  readonly #folder: string;
  #process: ChildProcess | undefined;
  #connection: ConnectedPerformer | undefined;
  output = '';

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Resolves when requests are answered. */
  async start(): Promise<void> {
    keepToTheAfternoon(`${this.#folder}/larder.toml`);
    const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', LARDER_CONFIG: `${this.#folder}/larder.toml` };
    const child = spawn(larder, ['serve', 'worker'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (this.output += text));
    while ((this.#connection = await connectWorker(`${this.#folder}/run`, 0)) === undefined) {
      if (child.exitCode !== null) throw new Error(`the worker ended: ${this.output}`);
      await pause(10);
    }
  }

  /** As root. @throws {Failure} what the request fails with. */
  async ask<Kind extends Request['kind']>(request: Extract<Request, { kind: Kind }>): Promise<Answer<Kind>> {
    if (this.#connection === undefined) throw new Error('the worker does not run');
    // A worker closes a connection over which nobody asks for a minute: two turns let that be seen after a long command.
    await afterEvents();
    await afterEvents();
    if (this.#connection.ended.aborted) this.#connection = await connectWorker(`${this.#folder}/run`, 0);
    if (this.#connection === undefined) throw new Error(`the worker does not answer: ${this.output}`);
    return this.#connection.performer.perform<Kind>(request, () => {}, new AbortController().signal);
  }

  /** At once, as a power cut would; its children have gone too when this resolves. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** In order. @returns the exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = (await exited) as [number | null];
    this.#connection?.close();
    this.#connection = undefined;
    return code;
  }
}

function keepToTheAfternoon(file: string): void {
  const settings = readFileSync(file, 'utf8');
  if (settings.includes('time_zone')) return;
  const header = '[schedule]\n';
  const whole = settings.includes(header) ? settings : `${settings}${header}`;
  writeFileSync(file, whole.replace(header, `${header}time_zone = "${afternoonZone(new Date())}"\n`));
}

/** Names of zones with a fixed offset have the sign of POSIX: `Etc/GMT-2` is two hours ahead (tz database, `etcetera`). */
function afternoonZone(now: Date): string {
  const ahead = ((13 - now.getUTCHours() + 36) % 24) - 12;
  return ahead === 0 ? 'UTC' : `Etc/GMT${ahead < 0 ? '+' : '-'}${Math.abs(ahead)}`;
}
