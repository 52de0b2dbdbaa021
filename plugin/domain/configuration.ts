import type { ProofConfiguration } from './proof-configuration.ts';
import type { DatabaseEngine } from './database-name.ts';
import type { ArchiveRules } from './plan-archive.ts';
import type { RetentionConfiguration } from './retention-policy.ts';
import type { ScheduleConfiguration } from './schedule.ts';
import type { DestinationConfiguration } from './destination.ts';

/** What the administrator decided, checked. Every path is absolute and normalised. */
export interface Configuration {
  /** The file it was read from. */
  readonly file: string;
  /** Folder of metadata, caches and keys. */
  readonly state: string;
  /** Folder of sockets. */
  readonly run: string;
  readonly panel: PanelConfiguration;
  readonly metadata: MetadataConfiguration;
  /** At least one, exactly one of them primary; no two share a name or a place. */
  readonly destinations: readonly DestinationConfiguration[];
  /** The servers whose databases are backed up, at most one of each engine. */
  readonly databases: readonly DatabaseServerConfiguration[];
  /** Instances of Redis. Each is one account's, or shared by several and then not backed up. */
  readonly redis: readonly RedisConfiguration[];
  readonly limits: Limits;
  readonly web: WebConfiguration;
  readonly restore: RestoreConfiguration;
  readonly proof: ProofConfiguration;
  readonly schedule: ScheduleConfiguration;
  readonly retention: RetentionConfiguration;
  readonly archives: ArchiveRules;
  /** Undefined: no mails are sent. */
  readonly mail: MailConfiguration | undefined;
}

/** How mails are sent. */
export interface MailConfiguration {
  /** `Backups <backups@example.com>`. */
  readonly from: string;
  readonly replyTo: string | undefined;
  readonly way: SmtpConfiguration | { readonly kind: 'folder'; readonly path: string };
}

export interface SmtpConfiguration {
  readonly kind: 'smtp';
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte. `required`: STARTTLS or nothing. `none`: only to this machine. */
  readonly tls: 'implicit' | 'required' | 'none';
  readonly user: string | undefined;
  /** A file that only root can read. */
  readonly passwordFile: string | undefined;
}

export interface RestoreConfiguration {
  /** How long a restore can be taken back: 1 to 30. */
  readonly undoDays: number;
}

export interface WebConfiguration {
  /** Where the pages are reached, without a slash at the end: login links begin with it. */
  readonly url: string | undefined;
  /** The group whose members may speak for people who are signed in. */
  readonly group: string;
  /** A socket on which the pages are served, for a web server in front of them. */
  readonly socket: string | undefined;
  /** A loopback address on which they are served. */
  readonly listen: { readonly host: string; readonly port: number } | undefined;
}

export type PanelConfiguration =
  /** `accounts`: the file that lists them. */
  { readonly kind: 'static' | 'demo'; readonly accounts: string } | { readonly kind: 'linux' };

export type MetadataConfiguration = SqliteConfiguration | MysqlConfiguration;

export interface SqliteConfiguration {
  readonly kind: 'sqlite';
  readonly file: string;
}

export interface MysqlConfiguration {
  readonly kind: 'mysql';
  readonly server: ServerAddress;
  readonly user: string;
  readonly database: string;
  /** A file only root can read; absent when the database knows the user by its socket. */
  readonly passwordFile: string | undefined;
}

export interface Limits {
  /** Threads that read, compress and seal at the same time. */
  readonly parallel: number;
  /** For scheduled runs, as nice(1) has it: 0 to 19. */
  readonly nice: number;
  readonly ioPriority: 'idle' | 'low' | 'usual';
  /** A scheduled run begins with no account while the machine's load is above. */
  readonly load: number | undefined;
}

export type ServerAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** Who logs in to a database server. Without a password the server must know the user by its socket. */
export interface DatabaseLogin {
  readonly user: string;
  /** A file only root can read. */
  readonly passwordFile: string | undefined;
}

export interface DatabaseServerConfiguration {
  readonly engine: DatabaseEngine;
  readonly server: ServerAddress;
  /** Reads everything and changes nothing. */
  readonly dump: DatabaseLogin;
  /** Makes databases and accounts for what is brought back. */
  readonly admin: DatabaseLogin;
  readonly replica: ReplicaConfiguration | undefined;
  /** As root: who runs the client that dumps. Nobody else has this uid. 0 or undefined: this process's own. */
  readonly dumpUid?: number;
}

/** One instance of Redis. */
export interface RedisConfiguration {
  /** How it is called in restore points. */
  readonly name: string;
  /** Whose it is; undefined: it is shared, a cache, and not backed up. */
  readonly account: string | undefined;
  readonly server: ServerAddress;
  /** Undefined: the one that needs only a password, or none. */
  readonly user: string | undefined;
  /** A file only root can read. */
  readonly passwordFile: string | undefined;
}

/** A copy of the server, from which dumps are read. The dump login is the same. */
export interface ReplicaConfiguration {
  readonly server: ServerAddress;
  /** When it is further behind, dumps fail. */
  readonly mostLagSeconds: number;
}
