import type { DatabaseRestorer } from '../contracts/database-restorer.ts';
import type { StoredUser } from '../domain/stored-database.ts';
import type { StoredDatabase } from '../engine/stored-database.ts';

/** Makes users of databases on the server of a drill. One may be of several databases. */
export class DrillUsers {
  readonly names = new Set<string>();
  readonly #restorer: DatabaseRestorer;
  #made: readonly StoredUser[] = [];

  constructor(restorer: DatabaseRestorer) {
    this.#restorer = restorer;
  }

  /** What of them cannot be made, a site that needs it will say. */
  async make(stored: StoredDatabase): Promise<void> {
    const { users } = await stored.users();
    const missing = await this.#restorer.findMissingUsers(users);
    const again = users.filter(({ user, host }) => this.#made.some((one) => one.user === user && one.host === host));
    const problems = await this.#restorer.restoreUsers([...missing, ...again], stored.name, stored.name);
    const failed = new Set(problems.map(({ object }) => object));
    for (const { user, host } of missing) if (!failed.has(`${user}@${host}`)) this.names.add(user);
    this.#made = [...this.#made, ...missing];
  }
}
