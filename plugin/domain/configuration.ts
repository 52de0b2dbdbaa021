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
}

export type PanelConfiguration =
  | { readonly kind: 'static'; readonly accounts: string }
  | { readonly kind: 'linux' }
  | { readonly kind: 'demo' };

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
