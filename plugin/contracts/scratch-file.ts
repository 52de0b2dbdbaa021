/** A private file that is read at places and written once from front to back. Contents are Larder's own, not a tenant's. */
export interface ScratchReader {
  readonly sizeBytes: number;
  /** Fills `target` from its beginning. @returns bytes read; fewer than `length` at the end. */
  read(target: Buffer, offset: number, length: number): number;
  close(): void;
}

export interface ScratchWriter {
  append(bytes: Buffer): void;
  /** Replaces bytes written before. */
  overwrite(bytes: Buffer, offset: number): void;
  /** The file takes the place of the old one; a power cut may still lose or tear it, which its reader must notice. */
  commit(): void;
  /** Drops the new file; the old one stays. */
  discard(): void;
}

/** Files that may be lost at any time and are then made anew. */
export interface ScratchFiles {
  /** @returns undefined when there is none or it cannot be read. */
  open(name: string): ScratchReader | undefined;
  create(name: string): ScratchWriter;
}
