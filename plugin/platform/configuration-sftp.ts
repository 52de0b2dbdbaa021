import type { SftpDestination } from '../domain/destination.ts';
import { checkHost } from './configuration-endpoint.ts';
import { readRemoteLimits, remoteKeys } from './configuration-remote.ts';
import { hasKey, readAbsolutePath, readText, readWholeNumber, refuseKey, type Section } from './settings/section.ts';

export const sftpKeys: readonly string[] = ['host', 'port', 'user', 'path', 'host_key', 'key_file', ...remoteKeys];

const usualParallel = 4;

export function readSftp(section: Section): Omit<SftpDestination, 'name' | 'role' | 'country' | 'provider'> {
  return {
    kind: 'sftp',
    host: readHost(section),
    port: hasKey(section, 'port') ? readWholeNumber(section, 'port', 1, 65_535) : 22,
    user: readUser(section),
    path: readAbsolutePath(section, 'path', '/srv/backup'),
    hostKey: readHostKey(section),
    keyFile: readAbsolutePath(section, 'key_file', '/etc/larder/sftp-key'),
    limits: readRemoteLimits(section, usualParallel),
  };
}

function readHost(section: Section): string {
  const host = readText(section, 'host', 'a name or an address, such as "backup.example.com"');
  if (/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/.test(host) || /^[0-9a-fA-F:]{2,45}$/.test(host))
    return checkHost(section, host);
  return refuseKey(section, 'host', `"${host}" is no host`, 'such as "backup.example.com"');
}

function readUser(section: Section): string {
  const user = readText(section, 'user', 'the user on the other side');
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/.test(user)) return user;
  return refuseKey(section, 'user', `"${user}" is no user`, 'letters, digits, dots and hyphens');
}

function readHostKey(section: Section): string {
  const hint = 'ask the host: ssh-keyscan -t ed25519 HOST, and compare it with what its owner says';
  const key = readText(section, 'host_key', hint);
  if (/^[a-z0-9@.-]{3,64} [A-Za-z0-9+/]{40,2000}={0,2}$/.test(key)) return key;
  return refuseKey(section, 'host_key', '`host_key` is no public key', hint);
}
