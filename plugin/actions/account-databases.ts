import type { DatabaseOrder } from '../contracts/archive-pool.ts';
import type { Account } from '../domain/account.ts';
import { parseDatabaseRef, type DatabaseEngine, type DatabaseRef } from '../domain/database-name.ts';
import type { DatabaseServerConfiguration, RedisConfiguration } from '../domain/configuration.ts';
import { isFailure } from '../domain/failure.ts';
import { ownerOf } from '../domain/database-owner.ts';
import { knownAccounts } from './find-account.ts';
import type { Services } from './services.ts';

/**
 * The databases of an account: those that the panel names; without a panel, those that begin with its name.
 */
export async function accountDatabases(services: Services, account: Account): Promise<DatabaseRef[]> {
  const { databases: servers, panel } = services.configuration;
  const [first] = servers;
  if (first === undefined) return [];
  if (panel.kind !== 'linux') return account.databases.map((text) => parseDatabaseRef(text, first.engine));
  const isOwn = await findOwnership(services);
  const found: DatabaseRef[] = [];
  for (const server of servers) {
    // Not to know them is no reason to lose the files: then one stands for all, and its dump says why it cannot be made.
    const names = await namesOn(services, server, [account.name]);
    found.push(...names.map((name) => ({ engine: server.engine, name })).filter((ref) => isOwn(account, ref)));
  }
  return found;
}

/** Says whose a database of any name is, by the same rule. */
export async function findOwnership(services: Services): Promise<(account: Account, ref: DatabaseRef) => boolean> {
  if (services.configuration.panel.kind !== 'linux') {
    const first = firstEngine(services);
    return ({ databases }, ref) => databases.some((text) => isSame(parseDatabaseRef(text, first), ref));
  }
  const names = (await knownAccounts(services)).map(({ name }) => name);
  return (account, ref) => ownerOf(ref.name, names) === account.name;
}

/** Says how many each account has; those of a server that does not answer are not counted. */
export async function countDatabases(services: Services): Promise<(account: Account) => number> {
  const { panel, databases: servers } = services.configuration;
  if (panel.kind !== 'linux' || servers.length === 0) return ({ databases }) => databases.length;
  const accounts = (await knownAccounts(services)).map(({ name }) => name);
  const counts = new Map<string, number>();
  for (const server of servers) {
    for (const name of await namesOn(services, server, [])) {
      const owner = ownerOf(name, accounts);
      if (owner !== undefined) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
  }
  return ({ name }) => counts.get(name) ?? 0;
}

export function firstEngine({ configuration }: Services): DatabaseEngine {
  return configuration.databases[0]?.engine ?? 'mysql';
}

function isSame(one: DatabaseRef, other: DatabaseRef): boolean {
  return one.engine === other.engine && one.name === other.name;
}

/** What a thread is told of them, by server. A database of an engine without a server is nobody's to read. */
export async function databaseOrders(services: Services, account: Account): Promise<DatabaseOrder[]> {
  const wanted = await accountDatabases(services, account);
  return services.configuration.databases.map((server) => ({
    server,
    names: wanted.filter(({ engine }) => engine === server.engine).map(({ name }) => name),
  }));
}

/** Instances of Redis that are this account's alone. */
export function redisOf({ configuration }: Services, { name }: Account): RedisConfiguration[] {
  return configuration.redis.filter(({ account }) => account === name);
}

async function namesOn(
  services: Services,
  server: DatabaseServerConfiguration,
  otherwise: readonly string[],
): Promise<readonly string[]> {
  try {
    return await services.listDatabases(server);
  } catch (error) {
    if (isFailure(error)) return otherwise;
    throw error;
  }
}
