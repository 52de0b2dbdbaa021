import type { Errand, WorkChild } from '../contracts/work-child.ts';
import { Failure } from '../domain/failure.ts';

/** Processes that answer reading requests, fair between accounts. */
export interface ChildPool {
  /** @throws {Failure} `busy` when the account has too many reading requests; what the request failed with. */
  read(account: string, errand: Errand): Promise<unknown>;
  /** Has a process ready for the next request, where none runs. Never throws: it only saves time. */
  prepare(): void;
  /** Ends every process; what they do is interrupted. */
  close(): Promise<void>;
}

export interface ChildPoolOptions {
  readonly start: () => WorkChild;
  /** Processes at most, each answering one request at a time. */
  readonly size: number;
  /** Requests of one account that may wait; one is worked on at a time. */
  readonly waitingLimit: number;
  readonly idleMilliseconds: number;
}

interface Waiting {
  readonly account: string;
  readonly errand: Errand;
  readonly resolve: (child: WorkChild) => void;
  readonly reject: (error: unknown) => void;
}

interface Idle {
  readonly child: WorkChild;
  readonly timer: NodeJS.Timeout;
  /** For whom it read last, of whom it may still know something. */
  readonly account: string | undefined;
}

/**
 * Processes start when they are needed, stay for the next request, and end when none has come for a while. A request
 * that sends bytes ends its process, for the end of the bytes is the end of its stream.
 */
export function openChildPool(options: ChildPoolOptions): ChildPool {
  return new ReaderPool(options);
}

class ReaderPool implements ChildPool {
  readonly #options: ChildPoolOptions;
  readonly #idle: Idle[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #busyAccounts = new Set<string>();
  readonly #children = new Set<WorkChild>();
  #isClosed = false;

  constructor(options: ChildPoolOptions) {
    this.#options = options;
  }

  async read(account: string, errand: Errand): Promise<unknown> {
    const child = await this.#take(account, errand);
    try {
      return await child.perform(errand);
    } finally {
      this.#busyAccounts.delete(account);
      const isSpent = errand.sink !== undefined || errand.signal.aborted || !child.isAlive || this.#isClosed;
      if (isSpent) this.#drop(child);
      else this.#rest(child, account);
      if (!this.#isClosed) this.#assign();
    }
  }

  prepare(): void {
    if (this.#isClosed || [...this.#children].some(({ isAlive }) => isAlive)) return;
    try {
      this.#rest(this.#start(), undefined);
    } catch {
      // Whoever asks next is told.
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    for (const { reject } of this.#waiting.splice(0)) reject(new Failure('cancelled', { action: 'read' }));
    await Promise.all([...this.#children].map((child) => child.kill()));
    this.#children.clear();
  }

  #take(account: string, errand: Errand): Promise<WorkChild> {
    if (this.#isClosed) throw new Failure('cancelled', { action: 'read' });
    const own = this.#waiting.filter((waiting) => waiting.account === account).length;
    if (own >= this.#options.waitingLimit) throw new Failure('busy', { account });
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { account, errand, resolve, reject };
      this.#waiting.push(waiting);
      errand.signal.addEventListener('abort', () => this.#giveUp(waiting), { once: true });
      this.#assign();
    });
  }

  #giveUp(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    waiting.reject(new Failure('cancelled', { action: 'read' }));
  }

  #assign(): void {
    for (;;) {
      const index = this.#waiting.findIndex(({ account }) => !this.#busyAccounts.has(account));
      const waiting = this.#waiting[index];
      const child = waiting === undefined ? undefined : this.#free(waiting.account);
      if (waiting === undefined || child === undefined) return;
      this.#waiting.splice(index, 1);
      this.#busyAccounts.add(waiting.account);
      waiting.resolve(child);
    }
  }

  #free(account: string): WorkChild | undefined {
    for (let idle = this.#wake(account); idle !== undefined; idle = this.#wake(account)) {
      if (idle.isAlive) return idle;
      this.#children.delete(idle);
    }
    return this.#children.size >= this.#options.size ? undefined : this.#start();
  }

  /** The process that read for the account last, or else the one that read last. */
  #wake(account: string): WorkChild | undefined {
    const own = this.#idle.findIndex((idle) => idle.account === account);
    const [idle] = this.#idle.splice(own < 0 ? this.#idle.length - 1 : own, 1);
    clearTimeout(idle?.timer);
    return idle?.child;
  }

  #start(): WorkChild {
    const child = this.#options.start();
    this.#children.add(child);
    return child;
  }

  #rest(child: WorkChild, account: string | undefined): void {
    const timer = setTimeout(() => {
      this.#idle.splice(
        this.#idle.findIndex((idle) => idle.child === child),
        1,
      );
      this.#drop(child);
    }, this.#options.idleMilliseconds);
    timer.unref();
    this.#idle.push({ child, timer, account });
  }

  #drop(child: WorkChild): void {
    this.#children.delete(child);
    void child.kill();
  }
}
