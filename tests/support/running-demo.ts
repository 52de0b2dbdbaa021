import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { connectSocket } from '../../plugin/platform/connect-socket.ts';
import { connectPerformer } from '../../plugin/protocol/client.ts';
import type { Answer, Request } from '../../plugin/protocol/requests.ts';

const program = fileURLToPath(new URL('../../plugin/main-demo.ts', import.meta.url));

export interface DemoUser {
  readonly uid: number;
  readonly gid: number;
}

/** `npm start` without npm: a small demo in `folder`, as `user` when that is another one. */
export class RunningDemo {
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number>;
  readonly #user: DemoUser | undefined;
  #output = '';

  /** @param compiled where Node keeps what it made of the source, if anywhere. */
  constructor(folder: string, words: readonly string[] = [], user?: DemoUser, compiled?: string) {
    this.folder = folder;
    this.#user = user;
    const cache = compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled };
    const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', HOME: folder, ...cache };
    const small = ['--folder', folder, '--small', '--days', '4'];
    this.#child = spawn(process.execPath, [program, ...small, ...words], { ...user, env });
    this.#child.stdout?.on('data', (text) => (this.#output += String(text)));
    this.#child.stderr?.on('data', (text) => (this.#output += String(text)));
    this.#ended = once(this.#child, 'close').then(([code]) => Number(code));
  }

  /** All that it has said. */
  get output(): string {
    return this.#output;
  }

  /** Waits for a sentence. @throws {Error} when it ends before. */
  async says(sentence: string): Promise<void> {
    const isOver = this.#ended.then(() => true);
    while (!this.#output.includes(sentence)) {
      const said = once(this.#child.stdout ?? this.#child, 'data').then(() => false);
      if ((await Promise.race([isOver, said])) && !this.#output.includes(sentence)) {
        throw new Error(`the demo ended without a word of “${sentence}”: ${this.#output}`);
      }
    }
  }

  isReady(): Promise<void> {
    return this.says('begins again');
  }

  /** What the worker answers to the account that the request is about, at its socket. */
  async ask<Kind extends Request['kind']>(request: Extract<Request, { kind: Kind }>): Promise<Answer<Kind>> {
    const account = 'account' in request ? request.account : undefined;
    const socket = `${this.folder}/run/accounts/${account}.sock`;
    const connected = await connectPerformer(() => connectSocket(socket));
    try {
      return await connected.performer.perform<Kind>(request, () => {}, AbortSignal.timeout(60_000));
    } finally {
      connected.close();
    }
  }

  /** Runs one of the programs that it left in its folder. */
  run(name: string, ...words: string[]): { status: number | null; output: string } {
    const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', HOME: this.folder };
    const options = { ...this.#user, cwd: '/', env, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(`${this.folder}/${name}`, words, options);
    return { status, output: stdout + stderr };
  }

  /** @returns its exit code. */
  stop(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' = 'SIGINT'): Promise<number> {
    this.#child.kill(signal);
    return this.#ended;
  }

  ended(): Promise<number> {
    return this.#ended;
  }
}

/** A demo in `folder` that goes on from test to test: a start takes seconds. */
export class KeptDemo {
  readonly folder: string;
  readonly #user: DemoUser | undefined;
  readonly #compiled: string;
  #demo: RunningDemo | undefined;

  constructor(folder: string, user?: DemoUser) {
    this.folder = folder;
    this.#user = user;
    this.#compiled = `${folder}.compiled`;
    mkdirSync(this.#compiled, { mode: 0o700 });
    if (user !== undefined) chownSync(this.#compiled, user.uid, user.gid);
  }

  /** A further start, which is nobody's but the caller's. */
  begin(...words: string[]): RunningDemo {
    return new RunningDemo(this.folder, words, this.#user, this.#compiled);
  }

  /** The one that runs, else one that is started with these words. */
  async running(...words: string[]): Promise<RunningDemo> {
    this.#demo ??= this.begin(...words);
    await this.#demo.isReady();
    return this.#demo;
  }

  /** @returns its exit code; 0 when none runs. */
  async stop(): Promise<number> {
    const code = (await this.#demo?.stop()) ?? 0;
    this.#demo = undefined;
    return code;
  }

  /** Ends it, and keeps nothing that this process has made for it. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#compiled, { recursive: true, force: true });
  }
}
