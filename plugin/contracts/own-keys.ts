import type { AccountName, Generation } from '../domain/ids.ts';

/**
 * Keys of accounts that have a passphrase of their own. Nobody has a key without the passphrase, Larder neither: it is kept
 * as an age file that only the passphrase opens.
 */
export interface OwnKeys {
  /** Also of one that has been switched off since: archives are still sealed to it. @throws {Failure} `state-unsafe`, `key-unusable`. */
  load(generation: Generation): Promise<OwnKey | undefined>;
  /** Afterwards it survives a power cut; on failure the former one remains. @throws {Failure} `no-space`. */
  save(generation: Generation, key: OwnKey): Promise<void>;
  /** A new identity that the passphrase opens. Nothing is kept yet. @throws {Failure} `busy`. */
  make(owner: KeyOwner, passphrase: string): Promise<WrappedIdentity>;
  /**
   * The same identities for another passphrase; former ones that the present one does not open stay as they are.
   * @throws {Failure} as `open`; `passphrase-wrong` also when it does not open the current one.
   */
  wrapAnew(owner: KeyOwner, key: OwnKey, passphrases: PassphraseChange): Promise<OwnKey>;
  /**
   * The identities that a passphrase opens, one at least. Secret: for this process only. One passphrase is tried at a time
   * on the whole server, and some wrong ones of an account are enough for a while.
   * @throws {Failure} `passphrase-wrong`, `passphrase-locked`, `busy`.
   */
  open(owner: KeyOwner, key: OwnKey, passphrase: string): Promise<readonly string[]>;
}

export interface KeyOwner {
  readonly name: AccountName;
  readonly generation: Generation;
}

export interface PassphraseChange {
  readonly present: string;
  readonly next: string;
}

export interface OwnKey {
  /** Whether archives are sealed to it from now on. */
  readonly isOn: boolean;
  /** When it was last switched on. ISO 8601. */
  readonly since: string;
  /** Whether the host's offline recovery keys open them, too. */
  readonly hostCanRecover: boolean;
  readonly current: WrappedIdentity;
  /** Of earlier times, to which older archives are sealed. */
  readonly former: readonly WrappedIdentity[];
}

export interface WrappedIdentity {
  /** Public: `age1…`. */
  readonly recipient: string;
  /** Base64 of an age file that the passphrase opens; in it `AGE-SECRET-KEY-1…` in a line. */
  readonly wrapped: string;
}
