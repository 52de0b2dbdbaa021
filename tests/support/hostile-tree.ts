import { BlobWriter } from '../../plugin/engine/blob-writer.ts';
import { RepositoryIndex } from '../../plugin/engine/repository-index.ts';
import { parseBlobId } from '../../plugin/domain/ids.ts';
import type { TreeNode } from '../../plugin/domain/tree-node.ts';
import { parseTree } from '../../plugin/engine/tree-reader.ts';
import type { Repository } from '../../plugin/engine/repository.ts';
import { tenant } from './restore-site.ts';

/** Stores whatever it is told to, as somebody does who has the repository's key. */
export class HostileTree {
  readonly #writer: BlobWriter;
  readonly #repository: Repository;

  private constructor(repository: Repository, writer: BlobWriter) {
    this.#repository = repository;
    this.#writer = writer;
  }

  static async begin(repository: Repository): Promise<HostileTree> {
    const writer = new BlobWriter(repository, () => RepositoryIndex.load(repository));
    await writer.ready();
    return new HostileTree(repository, writer);
  }

  /** @returns the blob's id. */
  async data(bytes: Buffer): Promise<string> {
    return this.#store('data', bytes);
  }

  /** @returns the tree's id. */
  async tree(nodes: readonly object[]): Promise<string> {
    return this.#store('tree', Buffer.from(`{"nodes":[${nodes.map((node) => JSON.stringify(node)).join(',')}]}\n`));
  }

  text(bytes: string): Promise<string> {
    return this.#store('tree', Buffer.from(bytes));
  }

  /** Makes all of it readable. @returns the node of a home with this tree. */
  async home(tree: string): Promise<TreeNode> {
    await this.#writer.finish();
    const [node] = parseTree(JSON.stringify({ nodes: [folder('home', tree)] }), tree);
    if (node === undefined) throw new Error('no node');
    return { ...node, subtree: parseBlobId(tree) };
  }

  async #store(type: 'data' | 'tree', bytes: Buffer): Promise<string> {
    if (this.#writer.mustWait) await this.#writer.ready();
    const { workspace } = this.#repository;
    const arena = workspace.codec.allocate(bytes.length + 1);
    bytes.copy(arena.bytes);
    this.#writer.store(type, arena, 0, bytes.length);
    return this.#writer.id.toString('hex');
  }
}

const common = { mtime: '2020-01-02T03:04:05.000000006Z', ...tenant, inode: 7, device_id: 3 };

export function file(name: string, content: readonly string[], changes: object = {}): object {
  return { name, type: 'file', mode: 0o644, ...common, links: 1, size: 4, content, ...changes };
}

export function folder(name: string, subtree: string, changes: object = {}): object {
  return { name, type: 'dir', mode: 2 ** 31 + 0o755, ...common, subtree, ...changes };
}

export function symlink(name: string, linktarget: string): object {
  return { name, type: 'symlink', mode: 2 ** 27 + 0o777, ...common, links: 1, linktarget };
}

export function special(name: string, type: string): object {
  return { name, type, mode: 0o600, ...common, links: 1, device: 5 };
}
