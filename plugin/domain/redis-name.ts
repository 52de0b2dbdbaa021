import { toFileName } from './database-name.ts';
import { databasesFolder } from './stored-database.ts';

const prefix = 'redis:';

/** The instance of Redis that `redis:NAME` names; undefined for any other text. */
export function redisNameOf(text: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}

export function redisNamed(name: string): string {
  return `${prefix}${name}`;
}

/** How the copy of an instance is called where restore points keep it. */
export const redisCopyName = 'dump.rdb';

/** Where a restore point keeps an instance, below its top. @throws {RangeError} when none can be called so. */
export function redisPath(name: string): [string, string, string] {
  return [databasesFolder, 'redis', toFileName(name)];
}
