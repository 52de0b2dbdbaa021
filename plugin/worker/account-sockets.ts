import type { Log } from '../contracts/log.ts';
import type { Account } from '../domain/account.ts';
import type { Generation } from '../domain/ids.ts';

/** A socket that listens. */
export interface Listening {
  close(): void;
}

export interface AccountSocketsOptions {
  readonly listAccounts: () => Promise<readonly Account[]>;
  /** Makes the socket of an account, which only its uid (and root) can reach. */
  readonly listen: (account: Account) => Promise<Listening>;
  readonly log: Log;
}

/** The sockets of all accounts, kept in line with the panel. */
export interface AccountSockets {
  /** Opens what is missing and closes what belongs to nobody any more. One account's trouble is not another's. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export function openAccountSockets(options: AccountSocketsOptions): AccountSockets {
  return new SyncedSockets(options);
}

/** Name, uid and generation: when one of them changes, the socket is another customer's. */
function identityOf({ name, uid, gid, generation }: Account): string {
  return `${name} ${uid} ${gid} ${generation satisfies Generation}`;
}

class SyncedSockets implements AccountSockets {
  readonly #options: AccountSocketsOptions;
  readonly #open = new Map<string, Listening>();
  #turn: Promise<void> = Promise.resolve();

  constructor(options: AccountSocketsOptions) {
    this.#options = options;
  }

  sync(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#sync());
    return this.#turn;
  }

  async close(): Promise<void> {
    await this.#turn;
    for (const socket of this.#open.values()) socket.close();
    this.#open.clear();
  }

  async #sync(): Promise<void> {
    const { listAccounts, log } = this.#options;
    try {
      const accounts = await listAccounts();
      this.#closeAllBut(new Set(accounts.map(identityOf)));
      for (const account of accounts) await this.#ensure(account);
    } catch (error) {
      log.error('accounts-not-listed', { error });
    }
  }

  #closeAllBut(known: ReadonlySet<string>): void {
    for (const [identity, socket] of this.#open) {
      if (known.has(identity)) continue;
      this.#open.delete(identity);
      socket.close();
    }
  }

  async #ensure(account: Account): Promise<void> {
    const { listen, log } = this.#options;
    const identity = identityOf(account);
    if (this.#open.has(identity)) return;
    try {
      this.#open.set(identity, await listen(account));
    } catch (error) {
      log.error('socket-not-opened', { account: account.name, error });
    }
  }
}
