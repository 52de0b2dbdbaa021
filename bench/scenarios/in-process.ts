import type { ZipSink } from '../../plugin/contracts/zip-writer.ts';
import type { BackedUpAccount, Keeper } from '../peers/tool.ts';

/** Larder's engine inside this very process, with the newest restore point of one account open. */
export interface OpenedPoint {
  /** The number of entries of the folder `path` below the home, each read with its name, type, size and time. */
  listFolder(path: string): Promise<number>;
  /** Writes the file `path` below the home to `target`, which is not there yet. */
  restoreFile(path: string, target: string): Promise<void>;
  /** A zip of the whole home, piece by piece. */
  writeZip(sink: ZipSink): Promise<void>;
  close(): Promise<void>;
}

/** Opens the repository that `keeper` (Larder) made for `account`. Who wires the bench to the engine writes it. */
export type OpenPoint = (keeper: Keeper, account: BackedUpAccount) => Promise<OpenedPoint>;

/** How long `work` took, in milliseconds. */
export async function timeInProcess(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
