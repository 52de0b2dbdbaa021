import { isAbsolute, resolve } from 'node:path';
import type { MetadataConfiguration, MysqlConfiguration } from '../domain/configuration.ts';
import {
  hasKey,
  normalizePath,
  openSection,
  readAbsolutePath,
  readText,
  refuseKey,
  type Section,
} from './settings/section.ts';

const defaultUrl = 'sqlite:metadata.db';
const urlHint = 'write "sqlite:metadata.db" or "mysql://user@host/larder"';

/** Problems never repeat the address: somebody may have put a password into it. */
export function readMetadata(top: Section, state: string): MetadataConfiguration {
  const metadata = openSection(top.document, ['metadata'], top.fields['metadata'] ?? {}, ['url', 'password_file']);
  const url = hasKey(metadata, 'url') ? readText(metadata, 'url', urlHint) : defaultUrl;
  if (url.startsWith('mysql:')) return readMysql(metadata, url);
  const file = /^sqlite:(?!\/\/|:)(.+)$/.exec(url)?.[1];
  if (file === undefined) return refuseKey(metadata, 'url', '`url` is no address of a database', urlHint);
  if (hasKey(metadata, 'password_file'))
    refuseKey(metadata, 'password_file', 'SQLite has no password', 'remove the line');
  return { kind: 'sqlite', file: resolve(state, file) };
}

function readMysql(metadata: Section, text: string): MysqlConfiguration {
  const url = URL.parse(text);
  if (url === null) return refuseKey(metadata, 'url', '`url` is no address of a database', urlHint);
  if (url.password !== '') {
    refuseKey(
      metadata,
      'url',
      'a password does not belong into `url`',
      'put it alone into a file and name it in password_file',
    );
  }
  const hasPassword = hasKey(metadata, 'password_file');
  return {
    kind: 'mysql',
    server: readServer(metadata, url),
    user: readPart(metadata, url.username, 'the user is missing in `url`'),
    database: readPart(metadata, url.pathname.slice(1), 'the database is missing in `url`'),
    passwordFile: hasPassword
      ? readAbsolutePath(metadata, 'password_file', '/etc/larder/metadata-password')
      : undefined,
  };
}

function readServer(metadata: Section, url: URL): MysqlConfiguration['server'] {
  for (const name of url.searchParams.keys()) {
    if (name !== 'socketPath')
      refuseKey(metadata, 'url', `\`url\` has an unknown option "${name}"`, 'only socketPath is known');
  }
  const socketPath = url.searchParams.get('socketPath');
  if (socketPath !== null) {
    if (isAbsolute(socketPath)) return { socketPath: normalizePath(socketPath) };
    return refuseKey(metadata, 'url', 'socketPath must be absolute', 'such as ?socketPath=/run/mysqld/mysqld.sock');
  }
  if (url.hostname === '') return refuseKey(metadata, 'url', 'the host is missing in `url`', urlHint);
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: url.port === '' ? 3306 : Number(url.port) };
}

function readPart(metadata: Section, part: string, problem: string): string {
  const text = decodePart(part);
  if (text === undefined || !/^[\w.@$-]{1,64}$/.test(text)) return refuseKey(metadata, 'url', problem, urlHint);
  return text;
}

function decodePart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
