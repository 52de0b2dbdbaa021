import { restoreArchive } from '../archives/restore-archive.ts';
import type { ArchiveWalk } from '../archives/walk-archive.ts';
import type { TreeWriter, WriteReport } from '../contracts/tree-writer.ts';
import type { Account } from '../domain/account.ts';
import type { Performing } from './services.ts';

/** Writes what is wanted of an archive, and tells how far it is. The writer is closed, whatever happens. @throws what `restoreArchive` throws. */
export async function writeArchive(
  { onProgress }: Performing,
  account: Account,
  writer: TreeWriter,
  walk: ArchiveWalk,
): Promise<WriteReport> {
  const advance = { kind: 'advance', step: 'restore', account: account.name, itemsTotal: undefined } as const;
  try {
    return await restoreArchive({
      ...walk,
      writer,
      owner: account,
      onProgress: (items, bytes) => onProgress({ ...advance, items, bytes, bytesTotal: undefined }),
    });
  } finally {
    await writer.close();
  }
}
