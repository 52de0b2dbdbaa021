import type { ArchivePool } from '../contracts/archive-pool.ts';
import type { Clock } from '../contracts/clock.ts';
import type { KeyStore } from '../contracts/key-store.ts';
import type { ObjectStore } from '../contracts/object-store.ts';
import type { Panel } from '../contracts/panel.ts';
import type { Records } from '../contracts/records.ts';
import type { TreeWriter } from '../contracts/tree-writer.ts';
import type { Account } from '../domain/account.ts';
import type { Configuration, DestinationConfiguration } from '../domain/configuration.ts';
import type { ServerId } from '../domain/ids.ts';
import type { Locker } from '../engine/repository-lock.ts';
import type { Workspace } from '../engine/workspace.ts';
import type { Progress } from '../protocol/requests.ts';

/** What actions work with. Only the wiring knows what stands behind each. */
export interface Services {
  readonly configuration: Configuration;
  readonly serverId: ServerId;
  readonly clock: Clock;
  readonly panel: Panel;
  readonly records: Records;
  readonly keys: KeyStore;
  readonly locker: Locker;
  readonly workspace: Workspace;
  readonly archivers: ArchivePool;
  /** 32 random bytes at each call. */
  randomSecret(): Buffer;
  openStore(location: string): ObjectStore;
  /**
   * A writer below `folder`, as the account.
   * @throws {Failure} `restore-refused`, `home-unsafe`.
   */
  openWriter(account: Account, folder: WriterTarget): Promise<TreeWriter>;
}

/** What performing a request needs besides the request. */
export interface Performing {
  readonly services: Services;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** The home itself, or a folder that an administrator chose. */
export type WriterTarget = { readonly kind: 'home' } | { readonly kind: 'folder'; readonly path: string };

/** Where repositories are made. Further destinations hold copies. */
export function primaryDestination(configuration: Configuration): DestinationConfiguration {
  const [first] = configuration.destinations;
  if (first === undefined) throw new Error('a configuration has at least one destination');
  return first;
}
