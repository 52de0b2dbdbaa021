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
   * @throws {Failure} `key-unusable` when there is no recovery recipient; `instance-running` when keys are being rotated
   * for longer than half a minute.
   */
  save(owner: KeyOwner, keys: RepositoryKeys): Promise<Buffer>;

  /** Whose keys there are, as the files say; `load` finds out whether that is so. */
  list(): Promise<KeyOwner[]>;

  /** @throws {Failure} `key-unusable` when they are missing, altered or sealed for another owner. */
  load(owner: KeyOwner): Promise<RepositoryKeys>;

  /**
   * Makes a new server key and seals everything with it in the place of the old one, which is gone afterwards. Each was
   * read back and opened before; whatever stops it in between, one of the two keys is in use and opens everything. Other
   * processes of this server go on with the new one by themselves.
   * @returns how many repositories' keys were sealed anew.
   * @throws {Failure} `key-unusable` when one of them does not open: then nothing has changed. `no-space`;
   * `instance-running` while keys are being stored or rotated.
   */
  rotate(): Promise<number>;

  /** Who can open every repository without this server: age recipients. @throws {Failure} `key-unusable`. */
  recipients(): readonly string[];

  /**
   * From now on passwords are sealed for these and no others. What was sealed before stays as it is.
   * @throws {Failure} `key-unusable` for fewer than two, and for what is no recipient; `instance-running` as `save`.
   */
  setRecipients(recipients: readonly string[]): Promise<void>;

  /** A repository's password, sealed for the recipients of now. @throws {Failure} `key-unusable`. */
  sealForRecovery(owner: KeyOwner): Promise<Buffer>;
}

export interface KeyOwner {
  readonly generation: Generation;
  readonly repositoryId: RepositoryId;
}
