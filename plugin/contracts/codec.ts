/**
 * The smallest steps of the engine: hash, compress, seal. Two implementations pass one suite
 * (`tests/contracts/codec.ts`): one calls C directly, one uses only Node's own modules.
 *
 * All work happens inside arenas, so that no step allocates. Every offset and length is checked
 * against its arena; one outside throws `RangeError` and touches nothing.
 */
export interface Codec {
  readonly kind: 'native' | 'node';

  /** Memory at a fixed address for the life of the process. Contents are not zeroed. */
  readonly allocate: (sizeBytes: number) => Arena;

  /** An arena over memory that several threads have. */
  readonly share: (memory: SharedArrayBuffer) => Arena;

  /** The last result of `hash`: 32 bytes, the same memory as eight words. */
  readonly digest: Buffer;
  readonly digestWords: Int32Array;

  /** Leaves SHA-256 of the bytes in `digest`. */
  hash(source: Arena, offset: number, length: number): void;

  /**
   * Writes one zstd frame (RFC 8878) to `target` at `targetOffset`. Without an effort: `quick`.
   * @returns its length, or 0 when the frame would not be smaller than the source: then nothing useful was written.
   */
  compress(
    source: Arena,
    offset: number,
    length: number,
    target: Arena,
    targetOffset: number,
    effort?: CompressionEffort,
  ): number;

  /**
   * Unpacks one frame that must yield exactly `expected` bytes.
   * @returns false when it does not (damaged, or another size): what was written is then meaningless, and stays within `expected` bytes.
   */
  decompress(
    source: Arena,
    offset: number,
    length: number,
    target: Arena,
    targetOffset: number,
    expected: number,
  ): boolean;

  /** Seals and opens with the given key. The key is copied. */
  sealer(key: SealKey): Sealer;
}

/** `dense` takes a quarter more time and gives rows of databases 8 % fewer bytes (docs/decisions/0006). */
export type CompressionEffort = 'quick' | 'dense';

export interface Arena {
  readonly bytes: Buffer;
  /** Where `bytes` begins in memory; 0 where the implementation needs none. */
  readonly address: number;
}

/** AES-256-CTR + Poly1305-AES as restic uses them (restic design document, "Keys, Encryption and MAC"). */
export interface Sealer {
  /** Seals `length` plain bytes standing at `offset + 16`, in place. @returns `length + 32`: nonce, ciphertext, MAC from `offset`. */
  seal(arena: Arena, offset: number, length: number): number;

  /**
   * Checks the MAC, then decrypts in place. @returns the plain length; the plain bytes stand at `offset + 16`.
   * -1 when the bytes are not authentic: then they are unchanged.
   */
  open(arena: Arena, offset: number, sealedLength: number): number;
}

/** 64 bytes: `encrypt` 32, `macK` 16, `macR` 16. */
export interface SealKey {
  readonly encrypt: Buffer;
  readonly macK: Buffer;
  readonly macR: Buffer;
}
