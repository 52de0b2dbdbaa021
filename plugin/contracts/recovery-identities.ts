/** What the keys do that are kept off this server. Knows none of them: whoever asks has one in hand. */
export interface RecoveryIdentities {
  /**
   * The public half of an identity, `age1…`.
   * @throws {Failure} `key-unusable` when it is none; what it is instead is never repeated.
   */
  readonly recipientOf: (identity: string) => Promise<string>;

  /** For how many recipients an age file is sealed, by its beginning, armored or not. @returns undefined for anything else. */
  readonly countRecipients: (beginning: Uint8Array) => number | undefined;

  /** Opens a small age file whole, armored or not. */
  readonly open: (sealed: Uint8Array, identity: string) => Promise<OpenedSecret>;
}

/** `not-for-it`: it is whole as far as can be seen, and sealed for others. */
export type OpenedSecret =
  | { readonly kind: 'opened'; readonly secret: string }
  | { readonly kind: 'not-for-it' }
  | { readonly kind: 'damaged' };
