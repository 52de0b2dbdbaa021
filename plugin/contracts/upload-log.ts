import type { LargeUpload } from './place.ts';

/** An upload in parts that was begun here. */
export interface BegunUpload extends LargeUpload {
  /** The destination's name. */
  readonly destination: string;
  /** Folder below the destination; empty for the destination itself. */
  readonly folder: string;
  /** Where that was when it was begun: a name may come to mean another place. */
  readonly location: string;
}

/** Uploads that were begun and not ended, as far as anybody wrote down: what a janitor may end, and nothing else. */
export interface UploadLog {
  /** Resolves when it survives a crash. The upload is this process's until it is ended. */
  begun(upload: BegunUpload): Promise<void>;
  ended(upload: BegunUpload): Promise<void>;
  /** Those whose process lives no more: nobody else will end them. */
  orphans(): BegunUpload[];
}
