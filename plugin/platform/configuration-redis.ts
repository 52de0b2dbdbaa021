import type { RedisConfiguration, ServerAddress } from '../domain/configuration.ts';
import {
  hasKey,
  openSection,
  readAbsolutePath,
  readList,
  readText,
  readWholeNumber,
  refuseKey,
  type Section,
} from './settings/section.ts';

const keys = ['name', 'account', 'socket', 'host', 'port', 'user', 'password_file'];

/** @throws {Failure} `configuration-invalid`, also for two of one name. */
export function readRedis(top: Section): RedisConfiguration[] {
  const instances: RedisConfiguration[] = [];
  for (const [index, item] of readList(top, 'redis', 'write [[redis]] with two brackets').entries()) {
    const section = openSection(top.document, ['redis', index], item, keys);
    const instance = readInstance(section);
    if (instances.some(({ name }) => name === instance.name)) {
      refuseKey(section, 'name', `two [[redis]] are called "${instance.name}"`, 'give each a name of its own');
    }
    instances.push(instance);
  }
  return instances;
}

function readInstance(section: Section): RedisConfiguration {
  const name = readText(section, 'name', 'a name such as "shop-cache"');
  if (!/^\w[\w.-]{0,63}$/.test(name)) {
    refuseKey(section, 'name', `"${name}" is no name`, 'letters, digits, _, - and ., 64 at most');
  }
  const text = (key: string) => (hasKey(section, key) ? readText(section, key, 'a name') : undefined);
  const passwordFile = hasKey(section, 'password_file')
    ? readAbsolutePath(section, 'password_file', '/etc/larder/redis-password')
    : undefined;
  return { name, account: text('account'), server: readAddress(section), user: text('user'), passwordFile };
}

function readAddress(section: Section): ServerAddress {
  if (hasKey(section, 'socket')) {
    if (hasKey(section, 'host')) refuseKey(section, 'socket', '`socket` beside `host`', 'keep one of the two');
    return { socketPath: readAbsolutePath(section, 'socket', '/run/redis/redis-server.sock') };
  }
  const host = hasKey(section, 'host') ? readText(section, 'host', 'a name or an address') : '127.0.0.1';
  return { host, port: hasKey(section, 'port') ? readWholeNumber(section, 'port', 1, 65_535) : 6379 };
}
