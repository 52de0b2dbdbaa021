import type { DatabaseOutcome, SiteHindrance } from './drill-outcome.ts';
import { readSiteName, type SiteName } from './site-answer.ts';
import type { WpConfig } from './wp-config.ts';

/** What was loaded for a drill. */
export interface LoadedForSites {
  readonly databases: readonly { readonly name: string; readonly engine: string; readonly outcome: DatabaseOutcome }[];
  /** Whether a server still runs with databases of MariaDB or MySQL in it. */
  readonly hasServer: boolean;
  /** Who may log in there. */
  readonly users: ReadonlySet<string>;
  /** What the PHP that runs the site can do, in small letters. */
  readonly extensions: ReadonlySet<string>;
}

/** Where a site may look for the socket of its database; the drill puts it at each. */
export const socketPlaces = ['/run/mysqld/mysqld.sock', '/var/run/mysqld/mysqld.sock', '/var/lib/mysql/mysql.sock'];

/** @param config of the site, where it has one. @returns undefined: it can be asked. */
export function planSiteProbe(config: WpConfig | undefined, loaded: LoadedForSites): SiteHindrance | undefined {
  const { databases, hasServer } = loaded;
  const own = databases.filter(({ engine }) => engine === 'mysql');
  if (config?.host !== undefined && !isLocal(config.host)) return 'other-host';
  if (own.length === 0 && databases.length > 0) return 'other-engine';
  return !hasServer && own.length > 0 ? 'no-database' : neededBy(config, loaded);
}

function neededBy(config: WpConfig | undefined, loaded: LoadedForSites): SiteHindrance | undefined {
  const { hasServer, extensions } = loaded;
  const usesDatabase = config !== undefined || hasServer;
  const missing = config === undefined ? undefined : missingFor(config, loaded);
  return missing ?? (usesDatabase && !extensions.has('mysqli') ? 'no-php-mysql' : undefined);
}

/** A database that is not the account's has no place in its backups: its site would not come back either. */
function missingFor(config: WpConfig, { databases, users }: LoadedForSites): SiteHindrance | undefined {
  const named = databases.find(({ engine, name }) => engine === 'mysql' && name === config.database);
  if (named === undefined) return undefined;
  if (named.outcome !== 'loaded') return 'no-database';
  return config.user !== undefined && !users.has(config.user) ? 'no-user' : undefined;
}

/** By the name `localhost` PHP means the socket, whatever port stands behind it. */
function isLocal(host: string): boolean {
  const [name = '', ...rest] = host.split(':');
  const place = rest.join(':');
  if (name.toLowerCase() !== 'localhost' && name !== '') return false;
  return place === '' || /^\d+$/.test(place) || socketPlaces.includes(place);
}

/** As whom a site is asked first. @param domain of the account. */
export function firstName(config: WpConfig | undefined, domain: string | undefined): SiteName {
  const own = config?.address === undefined ? undefined : readSiteName(config.address);
  const known = domain === undefined ? undefined : readSiteName(`https://${domain}/`);
  return own ?? known ?? { host: 'localhost', isSecure: true };
}
