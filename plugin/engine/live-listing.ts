import { statusWords } from '../contracts/file-system.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { Listing } from './listing.ts';
import type { LivePlaces } from './live-places.ts';
import { refuseEntry, type WalkPolicy } from './walk-policy.ts';

/** Whose home it is; which file system it lies on is seen when it is opened. */
export type LiveOwner = Pick<WalkPolicy, 'ownerUid' | 'trustedUids'>;

/**
 * A folder of a live home as a listing: what a backup would leave out is left out.
 * @throws {Failure} `home-unreadable` when there is no such folder.
 */
export function listLive(home: LivePlaces, path: readonly Buffer[], owner: LiveOwner): Listing {
  const root = home.openFolder([]);
  if (root < 0) throw home.unreadable(-root);
  const { words } = home.files.status;
  const policy: WalkPolicy = {
    ...owner,
    deviceMinor: words[statusWords.deviceMinor] ?? 0,
    deviceMajor: words[statusWords.deviceMajor] ?? 0,
  };
  home.files.close(root);
  const folder = home.openFolder(path);
  if (folder < 0) throw home.unreadable(-folder);
  return new LiveListing(home, folder, policy);
}

class LiveListing implements Listing {
  readonly #home: LivePlaces;
  readonly #folder: number;
  readonly #policy: WalkPolicy;
  /** All names one after another, each ending in a zero byte. */
  readonly #names: Buffer;
  #at = 0;

  constructor(home: LivePlaces, folder: number, policy: WalkPolicy) {
    this.#home = home;
    this.#folder = folder;
    this.#policy = policy;
    this.#names = this.#list();
  }

  async next(): Promise<TreeNode | undefined> {
    while (this.#at < this.#names.length) {
      const end = this.#names.indexOf(0, this.#at);
      const node = this.#home.lookAt(this.#folder, this.#names.subarray(this.#at, end));
      this.#at = end + 1;
      if (typeof node === 'string' || refuseEntry(this.#home.files.status.words, this.#policy) !== undefined) continue;
      return node;
    }
    return undefined;
  }

  async enter(folder: TreeNode): Promise<Listing> {
    const inner = this.#home.enter(this.#folder, folder.name);
    if (inner < 0) throw this.#home.unreadable(-inner);
    return new LiveListing(this.#home, inner, this.#policy);
  }

  get heldBytes(): number {
    return this.#names.length;
  }

  /** Names would be others when they were listed again. */
  release(): void {}

  close(): void {
    this.#home.files.close(this.#folder);
  }

  #list(): Buffer {
    const list = this.#home.files.listFolder(this.#folder);
    if (typeof list !== 'number') {
      const names = Array.from({ length: list.count }, (_, index) => {
        const at = list.offset(index);
        return list.arena.bytes.subarray(at, at + list.length(index) + 1);
      });
      return Buffer.concat(names);
    }
    this.#home.files.close(this.#folder);
    throw this.#home.unreadable(-list);
  }
}
