import type { Generation, RepositoryId } from '../domain/ids.ts';
import type { SealKey } from './codec.ts';

/** What opens one repository: the master key, and the restic password that stands for it in the repository's `keys/`. */
export interface RepositoryKeys {
  readonly masterKey: SealKey;
  readonly password: string;
}

/**
 * Keeps the keys of repositories sealed with the server key. What is sealed for one account generation and
 * repository opens for no other: swapping two files is an authentication failure.
 */
export interface KeyStore {
  /**
   * Seals and stores the keys of a new repository, to the server key and (the password) to every recovery recipient.
   * They survive a power cut after it resolves. @returns the age-encrypted password, to be stored beside the repository.
   * @throws {Failure} `key-unusable` when there is no recovery recipient.
   */
  save(owner: KeyOwner, keys: RepositoryKeys): Promise<Buffer>;

  /** Whose keys there are, as the files say; `load` finds out whether that is so. */
  list(): Promise<KeyOwner[]>;

  /** @throws {Failure} `key-unusable` when they are missing, altered or sealed for another owner. */
  load(owner: KeyOwner): Promise<RepositoryKeys>;
}

export interface KeyOwner {
  readonly generation: Generation;
  readonly repositoryId: RepositoryId;
}
