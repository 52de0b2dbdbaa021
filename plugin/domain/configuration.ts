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
  /** At least one; no two share a name or a path. */
  readonly destinations: readonly DestinationConfiguration[];
  readonly limits: Limits;
  readonly web: WebConfiguration;
  readonly restore: RestoreConfiguration;
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
  readonly server: { readonly socketPath: string } | { readonly host: string; readonly port: number };
  readonly user: string;
  readonly database: string;
  /** A file only root can read; absent when the database knows the user by its socket. */
  readonly passwordFile: string | undefined;
}

/** Where repositories are kept. */
export interface DestinationConfiguration {
  readonly name: string;
  readonly kind: 'local';
  readonly path: string;
}

export interface Limits {
  /** Threads that read, compress and seal at the same time. */
  readonly parallel: number;
}
