import type { Account } from '../domain/account.ts';
import { parseSnapshotId } from '../domain/ids.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { findHome } from '../engine/home-tree.ts';
import { LiveContent } from '../engine/live-content.ts';
import { LiveHome } from '../engine/live-home.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import { readIndex } from '../engine/read-shelf.ts';
import type { Repository } from '../engine/repository.ts';
import { restoreReadAheadBytes } from '../engine/restorer.ts';
import { findSnapshot, type Snapshot } from '../engine/snapshot.ts';
import { racySince } from '../engine/stat-row.ts';
import { findRepository, openRepository, type AccountRepository } from './account-repository.ts';
import type { Services } from './services.ts';

/** What plans stand on: the account's repository (or a copy of it, which is only read), opened and locked against prune, and ways to look at the home. */
export interface PlanGround {
  readonly services: Services;
  readonly account: Account;
  readonly found: AccountRepository;
  readonly repository: Repository;
  readonly reader: BlobReader;
  readonly content: LiveContent;
}

/**
 * @param from the destination of the copy that is taken from; undefined: where the repository was made.
 * @throws {Failure} `repository-missing`, `repository-locked`, `unknown-destination`, and what `use` throws.
 */
export async function onPlanGround<Result>(
  services: Services,
  account: Account,
  use: (ground: PlanGround) => Promise<Result>,
  from?: string,
): Promise<Result> {
  const found = await findRepository(services, account, from);
  const repository = await openRepository(services, found);
  const lock = await lockRepository(repository, false, services.locker);
  try {
    const index = await readIndex(repository);
    const reader = new BlobReader(repository, index, restoreReadAheadBytes);
    const content = new LiveContent(index, services.workspace);
    try {
      return await use({ services, account, found, repository, reader, content });
    } finally {
      content.close();
      reader.close();
    }
  } finally {
    await lock.release();
  }
}

export interface OpenPoint {
  readonly snapshot: Snapshot;
  readonly home: TreeNode;
  /** Seconds; see `compareEntry`. */
  readonly racySince: number;
}

/** @throws {Failure} `not-found`, `repository-damaged`. */
export async function openPoint({ repository, reader }: PlanGround, id: string): Promise<OpenPoint> {
  const snapshot = await findSnapshot(repository, parseSnapshotId(id));
  const startedSeconds = Math.floor(snapshot.time.getTime() / 1000);
  return { snapshot, home: await findHome(reader, snapshot), racySince: racySince(startedSeconds) };
}

/** Looks at the live home, from its top. */
export async function lookAtHome<Result>(
  { services, account }: PlanGround,
  use: (live: LiveHome) => Promise<Result>,
): Promise<Result> {
  const live = LiveHome.open(services, account);
  try {
    return await use(live);
  } finally {
    live.close();
  }
}
