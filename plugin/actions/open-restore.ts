import type { Account } from '../domain/account.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { isWorthThread } from '../engine/blobs-ahead.ts';
import { findHome } from '../engine/home-tree.ts';
import type { OpeningThread } from '../engine/opening-thread.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import { RepositoryIndex } from '../engine/repository-index.ts';
import type { Repository } from '../engine/repository.ts';
import { restoreReadAheadBytes } from '../engine/restorer.ts';
import { isEverything, type Selection } from '../engine/selection-walk.ts';
import type { PointLine } from '../protocol/requests.ts';
import { openRepository, type AccountRepository } from './account-repository.ts';
import { withState } from './known-states.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Services } from './services.ts';

export interface WantedRestore {
  readonly account: Account;
  readonly selection: Selection;
  readonly found: AccountRepository;
  readonly point: string;
}

/** What a restore works on. */
export interface OpenRestore {
  readonly account: Account;
  readonly selection: Selection;
  readonly point: PointLine;
  readonly home: TreeNode;
  readonly reader: BlobReader;
}

/**
 * Opens the repository under its lock for as long as it is used.
 * @param thread is started as soon as it is known that there is enough for it to do.
 * @throws {Failure} `unknown-restore-point`, `repository-locked`, `repository-damaged`; what `use` throws.
 */
export async function withOpenRestore<Result>(
  services: Services,
  wanted: WantedRestore,
  thread: OpeningThread | undefined,
  use: (open: OpenRestore) => Promise<Result>,
): Promise<Result> {
  const repository = await openRepository(services, wanted.found);
  const lock = await lockRepository(repository, false, services.locker);
  try {
    const open = await openRestore(services, repository, wanted, thread);
    try {
      return await use(open);
    } finally {
      open.reader.close();
    }
  } finally {
    await lock.release();
  }
}

/** How much will come back, where that is known without looking: counting would walk everything twice. */
export function expectedBytes(selection: Selection, point: PointLine): number | undefined {
  return isEverything(selection) ? point.bytes : undefined;
}

async function openRestore(
  services: Services,
  repository: Repository,
  { account, selection, found, point: text }: WantedRestore,
  thread: OpeningThread | undefined,
): Promise<OpenRestore> {
  const snapshot = await findPoint(repository, text, account.name, selection);
  const point = await withState(services, found, repository, toPointLine(snapshot));
  if (isWorthThread(expectedBytes(selection, point) ?? 0)) thread?.start();
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), restoreReadAheadBytes);
  return { account, selection, reader, point, home: await findHome(reader, snapshot) };
}
