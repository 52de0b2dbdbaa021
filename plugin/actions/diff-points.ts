import type { Account } from '../domain/account.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { showPath } from '../domain/show-name.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { findHome, findNode } from '../engine/home-tree.ts';
import { listTree, type Listing } from '../engine/listing.ts';
import { LivePlaces } from '../engine/live-places.ts';
import { listLive } from '../engine/live-listing.ts';
import { PackBlocks } from '../engine/pack-blocks.ts';
import { readIndex } from '../engine/read-shelf.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import type { Repository } from '../engine/repository.ts';
import type { Snapshot } from '../engine/snapshot.ts';
import { diffTrees } from '../engine/tree-diff.ts';
import type { DiffReport } from '../protocol/history.ts';
import type { PathBytes } from '../protocol/requests.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { DiffTally } from './diff-tally.ts';
import { findAccount } from './find-account.ts';
import { parseHomePath } from './home-path.ts';
import { coverageOf, everythingCovered, type PathCoverage } from './path-coverage.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Performing } from './services.ts';

export interface DiffRequest {
  readonly account: string;
  readonly from: string;
  /** A restore point, or `now`. */
  readonly to: string;
  readonly path: PathBytes;
  readonly limit: number;
  /** The copy's destination; undefined: where restore points are made. */
  readonly source?: string | undefined;
}

/** One side: what is at the path, and how to go on below. */
interface Side {
  readonly node: TreeNode | undefined;
  readonly open: (() => Promise<Listing>) | undefined;
  readonly covers: PathCoverage;
}

/**
 * What differs at a path and below it, between two restore points or a restore point and the live home. Where one side
 * holds only some paths, what it does not hold is not said to be missing.
 * @throws {Failure} `unknown-restore-point`, `not-found` when neither side has the path, `repository-damaged`.
 */
export async function diffPoints(performing: Performing, request: DiffRequest): Promise<DiffReport> {
  const { services } = performing;
  const account = await findAccount(services, request.account);
  const repository = await openRepository(services, await findRepository(services, account, request.source));
  const lock = await lockRepository(repository, false, services.locker);
  const reader = new BlobReader(repository, await readIndex(repository), new PackBlocks(repository.store));
  try {
    return await new PointDiff(performing, { account, repository, reader }, request).run();
  } finally {
    reader.close();
    await lock.release();
  }
}

interface Opened {
  readonly account: Account;
  readonly repository: Repository;
  readonly reader: BlobReader;
}

class PointDiff {
  readonly #performing: Performing;
  readonly #opened: Opened;
  readonly #request: DiffRequest;
  readonly #path: readonly Buffer[];

  constructor(performing: Performing, opened: Opened, request: DiffRequest) {
    this.#performing = performing;
    this.#opened = opened;
    this.#request = request;
    this.#path = parseHomePath(request.path, opened.account.home);
  }

  async run(): Promise<DiffReport> {
    const { account, repository } = this.#opened;
    const { from, to, path } = this.#request;
    const older = await findPoint(repository, from, account.name, [this.#path]);
    const newer = to === 'now' ? undefined : await findPoint(repository, to, account.name, [this.#path]);
    const tally = await this.#compare(
      await this.#sideOf(older),
      newer === undefined ? this.#liveSide() : await this.#sideOf(newer),
      newer === undefined,
    );
    return {
      account: account.name,
      from: toPointLine(older),
      to: newer === undefined ? undefined : toPointLine(newer),
      path,
      ...tally.result(),
    };
  }

  async #compare(before: Side, after: Side, isLive: boolean): Promise<DiffTally> {
    if (before.node === undefined && after.node === undefined) {
      throw new Failure('not-found', { path: showPath(this.#path) });
    }
    const tally = new DiffTally(
      this.#path,
      { before: before.covers, after: after.covers },
      this.#request.limit,
      isLive,
    );
    tally.top(before.node, after.node);
    const sides = { before: before.open, after: after.open, isSame: tally.isSame };
    const isSameTree = before.node?.subtree !== undefined && before.node.subtree === after.node?.subtree;
    if (!isSameTree) await diffTrees(sides, tally, this.#performing.signal);
    return tally;
  }

  async #sideOf(snapshot: Snapshot): Promise<Side> {
    const { reader } = this.#opened;
    const node = await nodeAt(reader, snapshot, this.#path);
    const tree = node?.subtree;
    return {
      node,
      open: tree === undefined ? undefined : () => listTree(reader, tree),
      covers: coverageOf(snapshot),
    };
  }

  #liveSide(): Side {
    const { files, workspace } = this.#performing.services;
    const { home, uid, trustedUids } = this.#opened.account;
    const live = new LivePlaces(files, workspace.codec, home);
    const found = live.look(this.#path);
    if (found === 'unknown') throw live.unreadable(0);
    const node = found === 'gone' ? undefined : found;
    const owner = { ownerUid: uid, trustedUids: new Set(trustedUids) };
    const open = node?.type === 'dir' ? async () => listLive(live, this.#path, owner) : undefined;
    return { node, open, covers: everythingCovered };
  }
}

async function nodeAt(reader: BlobReader, snapshot: Snapshot, path: readonly Buffer[]): Promise<TreeNode | undefined> {
  try {
    return await findNode(reader, await findHome(reader, snapshot), path);
  } catch (error) {
    if (isFailure(error, 'not-found')) return undefined;
    throw error;
  }
}
