import type { Sandbox } from '../contracts/sandbox.ts';
import type { Account } from '../domain/account.ts';
import { Failure } from '../domain/failure.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { findHome } from '../engine/home-tree.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import { RepositoryIndex } from '../engine/repository-index.ts';
import { restoreReadAheadBytes } from '../engine/restorer.ts';
import { listSnapshots, type Snapshot } from '../engine/snapshot.ts';
import type { PointLine } from '../protocol/requests.ts';
import { findRepository, openRepository, type AccountRepository } from './account-repository.ts';
import { readKind } from './point-tags.ts';
import { toPointLine } from './restore-points.ts';
import type { Services } from './services.ts';

/** What a drill works on: the newest restore point of the whole account, and a place to restore it to. */
export interface DrillGround {
  readonly account: Account;
  readonly found: AccountRepository;
  readonly point: PointLine;
  readonly snapshot: Snapshot;
  readonly home: TreeNode;
  readonly reader: BlobReader;
  readonly index: RepositoryIndex;
  readonly sandbox: Sandbox;
}

/** @throws {Failure} `repository-missing`, `repository-locked`, `unknown-restore-point` when there is none to restore; what `use` throws. */
export async function onDrillGround<Result>(
  services: Services,
  account: Account,
  use: (ground: DrillGround) => Promise<Result>,
  from?: string,
): Promise<Result> {
  const found = await findRepository(services, account, from);
  const repository = await openRepository(services, found);
  const lock = await lockRepository(repository, false, services.locker);
  try {
    const snapshot = newestWhole((await listSnapshots(repository)).snapshots);
    if (snapshot === undefined) throw new Failure('unknown-restore-point', { text: 'latest', hint: 'larder nightly' });
    const index = await RepositoryIndex.load(repository);
    const reader = new BlobReader(repository, index, restoreReadAheadBytes);
    const sandbox = await services.sandboxes.open();
    try {
      const home = await findHome(reader, snapshot);
      return await use({ account, found, point: toPointLine(snapshot), snapshot, home, reader, index, sandbox });
    } finally {
      reader.close();
      await sandbox.remove();
    }
  } finally {
    await lock.release();
  }
}

/** Backups of some paths, safety copies and what other software made say nothing about the account as a whole. */
function newestWhole(snapshots: readonly Snapshot[]): Snapshot | undefined {
  return snapshots.findLast((snapshot) => {
    const kind = readKind(snapshot.tags);
    const isWhole = snapshot.paths.includes('/files');
    return isWhole && (kind === 'nightly' || kind === 'manual');
  });
}
