/** Opens what is kept beside homes: databases and instances of Redis. Wiring only. */
import type { DatabaseOrder } from './contracts/archive-pool.ts';
import type { StreamFolder } from './contracts/stream-folder.ts';
import type { RedisConfiguration } from './domain/configuration.ts';

/** Each is read when somebody comes to it. */
export async function openStreams(wanted: {
  readonly databases: readonly DatabaseOrder[];
  readonly redis: readonly RedisConfiguration[];
  readonly now: () => Date;
}): Promise<StreamFolder[]> {
  const { databases, redis, now } = wanted;
  const folders: StreamFolder[] = [];
  for (const { server, names } of databases) {
    const folderOf = names.length === 0 ? undefined : await sources[server.engine]();
    for (const name of names) if (folderOf !== undefined) folders.push(folderOf(server, name, now));
  }
  for (const server of redis) folders.push((await import('./sources/redis/redis-source.ts')).redisFolder(server, now));
  return folders;
}

const sources = {
  mysql: async () => (await import('./sources/mysql/mysql-source.ts')).mysqlFolder,
  postgresql: async () => (await import('./sources/postgresql/postgresql-source.ts')).postgresqlFolder,
};
