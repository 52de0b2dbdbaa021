import type { RetentionPolicy } from './retention-policy.ts';

/** Where repositories are kept, and how that place is reached. Plain data: threads and processes are given it as it is. */
export type DestinationConfiguration = LocalDestination | S3Destination | SftpDestination;

/** `primary`: repositories are made there. `archives`: only archives, the second mechanism. The others hold copies. */
export type DestinationRole = 'primary' | 'secondary' | 'tertiary' | 'archives';

interface CommonDestination {
  readonly name: string;
  readonly role: DestinationRole;
  /** Two capital letters of ISO 3166-1, such as `DE`; for the inventory. */
  readonly country: string | undefined;
  /** Who runs the place; for the inventory. */
  readonly provider: string | undefined;
  /** What a copy, or the archives, keep; undefined: as the restore points where they are made. */
  readonly keep?: RetentionPolicy | undefined;
}

export interface LocalDestination extends CommonDestination {
  readonly kind: 'local';
  readonly path: string;
}

/** Of places that are reached over a network. */
export interface RemoteLimits {
  /** Most that is sent and most that is received, each, in bytes a second; undefined: as much as there is. */
  readonly bytesPerSecond: number | undefined;
  /** How many objects are on their way at the same time. */
  readonly parallel: number;
  /** How much of trees and indexes is kept on the local disk. 0: none. */
  readonly cacheBytes: number;
}

export interface S3Destination extends CommonDestination {
  readonly kind: 's3';
  readonly preset: S3Preset;
  /** Without a slash at the end. `http:` only to this machine itself. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string;
  readonly pathStyle: boolean;
  /** A file that only root can read. */
  readonly credentialsFile: string;
  /** More certificates to believe, in PEM; undefined: those of the system's default only. */
  readonly authorityFile: string | undefined;
  readonly checksums: 'when-supported' | 'when-required';
  readonly storageClass: string | undefined;
  readonly encryption: S3Encryption;
  readonly lock: ObjectLockRule | undefined;
  readonly limits: RemoteLimits;
}

/** How the place encrypts what is sealed already. `key`: undefined for the account's default key. */
export type S3Encryption =
  | { readonly kind: 'none' }
  | { readonly kind: 's3' }
  | { readonly kind: 'kms'; readonly key: string | undefined };

export const s3Presets = ['aws', 'gcs', 'spaces', 'wasabi', 'b2', 'r2', 'ceph', 'custom'] as const;
export type S3Preset = (typeof s3Presets)[number];

/**
 * Objects that a kept restore point needs cannot be deleted, by nobody (`compliance`) or only with a right of its own
 * (`governance`), for at least half of `days` from any night on: the lock is renewed when less is left.
 */
export interface ObjectLockRule {
  readonly mode: 'compliance' | 'governance';
  readonly days: number;
}

export interface SftpDestination extends CommonDestination {
  readonly kind: 'sftp';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Absolute on the other side. */
  readonly path: string;
  /** As in known_hosts, without the host: `ssh-ed25519 AAAA…`. Any other key is refused. */
  readonly hostKey: string;
  /** A private key that only root can read. */
  readonly keyFile: string;
  readonly limits: RemoteLimits;
}

/** Where one repository lies, as plain data, so that any thread can open it. */
export interface RepositoryPlace {
  readonly destination: DestinationConfiguration;
  /** Folder below the destination; empty for the destination itself. */
  readonly folder: string;
  /** Where blocks that were read are kept; undefined for none. */
  readonly cacheFolder: string | undefined;
  /** Whether indexes and snapshots are read anew, to find out what is really there. */
  readonly asksAnew?: boolean;
}

/** What people call a place, as stock restic takes it. */
export function locationOf({ destination, folder }: Pick<RepositoryPlace, 'destination' | 'folder'>): string {
  switch (destination.kind) {
    case 'local':
      return joinPath(destination.path, folder);
    case 's3':
      return `s3:${joinPath(destination.endpoint, destination.bucket, destination.prefix, folder)}`;
    case 'sftp': {
      const { user, host, port, path } = destination;
      return `sftp://${user}@${host.includes(':') ? `[${host}]` : host}:${port}/${joinPath(path, folder)}`;
    }
  }
}

function joinPath(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/');
}
