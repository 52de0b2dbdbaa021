import type { RepositoryPlace } from '../domain/destination.ts';

/** What a thread needs to open blobs of one repository, as plain data. */
export interface BlobThreadOrder {
  readonly place: RepositoryPlace;
  /** 64 bytes. */
  readonly masterKey: Uint8Array;
  /** Through which blobs are asked for and handed back. */
  readonly memory: SharedArrayBuffer;
}

/** A thread that opens blobs ahead of who reads them. */
export interface BlobThread {
  /** Ends it at once. */
  close(): Promise<void>;
}

/** @param onEnd called when the thread ends by itself, which it never should. */
export type StartBlobThread = (order: BlobThreadOrder, onEnd: (cause: Error) => void) => BlobThread;
