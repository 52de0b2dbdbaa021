import type { StoredStream, StreamFolder } from '../../contracts/stream-folder.ts';
import type { RedisConfiguration } from '../../domain/configuration.ts';
import { Failure } from '../../domain/failure.ts';
import { redisCopyName, redisPath } from '../../domain/redis-name.ts';
import { RedisConnection } from './redis-connection.ts';

/** What is told of the copy. */
const descriptionName = 'redis.json';

/** An instance of Redis, whole, as a folder of a restore point: a server that is started with the copy holds the same. */
export function redisFolder(server: RedisConfiguration, now: () => Date): StreamFolder {
  return {
    path: redisPath(server.name),
    open: (signal) => open(server, now, signal),
  };
}

async function* open(
  server: RedisConfiguration,
  now: () => Date,
  signal: AbortSignal,
): AsyncGenerator<StoredStream, void> {
  signal.throwIfAborted();
  const connection = await RedisConnection.open(server, signal);
  try {
    const facts = await readFacts(connection);
    const counted = { bytes: 0 };
    yield { path: [redisCopyName], content: countCopy(server, connection, counted), isText: false };
    const told = { format: 1, engine: 'redis', name: server.name, copiedAt: now().toISOString(), ...facts, ...counted };
    yield { path: [descriptionName], content: [Buffer.from(`${JSON.stringify(told, null, 1)}\n`)], isText: true };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    connection.close();
  }
}

async function* countCopy(
  { name }: RedisConfiguration,
  connection: RedisConnection,
  counted: { bytes: number },
): AsyncGenerator<Buffer, void> {
  for await (const part of connection.copy()) {
    if (counted.bytes === 0 && !part.toString('latin1', 0, 5).startsWith('REDIS'.slice(0, part.length))) {
      throw new Failure('database-dump-failed', { database: name, problem: 'what it sends is no copy of Redis' });
    }
    counted.bytes += part.length;
    yield part;
  }
}

export interface RedisFacts {
  readonly serverVersion: string;
  /** Of all its databases together. */
  readonly keys: number;
}

/** @throws {Failure} `database-unreachable`. */
export async function examineRedis(server: RedisConfiguration): Promise<RedisFacts> {
  const connection = await RedisConnection.open(server);
  try {
    return await readFacts(connection);
  } finally {
    connection.close();
  }
}

async function readFacts(connection: RedisConnection): Promise<RedisFacts> {
  const [about, keyspace] = [await connection.ask('INFO', 'server'), await connection.ask('INFO', 'keyspace')];
  const keys = [...keyspace.matchAll(/^db\d+:keys=(\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  return { serverVersion: /^redis_version:(\S+)/m.exec(about)?.[1] ?? '', keys };
}
