import type { Sandbox } from '../contracts/sandbox.ts';
import type { Account } from '../domain/account.ts';
import { Failure } from '../domain/failure.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { findHome } from '../engine/home-tree.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import type { Repository } from '../engine/repository.ts';
import { RepositoryIndex } from '../engine/repository-index.ts';
import { restoreReadAheadBytes } from '../engine/restorer.ts';
import { listSnapshots, type Snapshot } from '../engine/snapshot.ts';
import type { PointLine } from '../protocol/requests.ts';
import { findRepository, openRepository, type AccountRepository } from './account-repository.ts';
import { readKind } from './point-tags.ts';
import { toPointLine } from './restore-points.ts';
import type { Services } from './services.ts';

/** What a drill is of: the newest restore point of the whole account. */
export interface DrillPoint {
  readonly account: Account;
  readonly found: AccountRepository;
  readonly repository: Repository;
  readonly point: PointLine;
  readonly snapshot: Snapshot;
}

/** What it works on: that, opened, and a place to restore it to. */
export interface DrillGround extends DrillPoint {
  readonly home: TreeNode;
  readonly reader: BlobReader;
  readonly index: RepositoryIndex;
  readonly sandbox: Sandbox;
}

/** @throws {Failure} `repository-missing`, `repository-locked`, `unknown-restore-point` when there is none to restore; what `use` throws. */
export async function onDrillPoint<Result>(
  services: Services,
  account: Account,
  use: (point: DrillPoint) => Promise<Result>,
  from?: string,
): Promise<Result> {
  const found = await findRepository(services, account, from);
  const repository = await openRepository(services, found);
  const lock = await lockRepository(repository, false, services.locker);
  try {
    const snapshot = newestWhole((await listSnapshots(repository)).snapshots);
    if (snapshot === undefined) throw new Failure('unknown-restore-point', { text: 'latest', hint: 'larder nightly' });
    return await use({ account, found, repository, point: toPointLine(snapshot), snapshot });
  } finally {
    await lock.release();
  }
}

/** @throws {Failure} `repository-damaged`, `no-space`; what `use` throws. */
export async function onDrillGround(
  services: Services,
  at: DrillPoint,
  use: (ground: DrillGround) => Promise<void>,
): Promise<void> {
  const index = await RepositoryIndex.load(at.repository);
  const reader = new BlobReader(at.repository, index, restoreReadAheadBytes);
  try {
    const sandbox = await services.sandboxes.open();
    try {
      await use({ ...at, home: await findHome(reader, at.snapshot), reader, index, sandbox });
    } finally {
      await sandbox.remove();
    }
  } finally {
    reader.close();
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
