import type { Catalog } from '../contracts/catalog.ts';
import type { Account } from '../domain/account.ts';
import { isFailure } from '../domain/failure.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from '../engine/blob-reader.ts';
import { findHome } from '../engine/home-tree.ts';
import { listTree } from '../engine/listing.ts';
import { findMailboxes } from '../engine/mailboxes.ts';
import type { Repository } from '../engine/repository.ts';
import type { Snapshot } from '../engine/snapshot.ts';
import type { Services } from './services.ts';
import { useCatalog } from './use-catalog.ts';

/** A restore point as a reader of its trees sees it. */
export interface ReadPoint {
  readonly account: Account;
  readonly repository: Repository;
  readonly reader: BlobReader;
  readonly snapshot: Snapshot;
  /** Another destination's name, when that is where it is read. */
  readonly from?: string | undefined;
}

type MailboxPath = readonly Buffer[];

/** Where there are mailboxes in a restore point: from the catalog, or from its trees where that cannot tell. */
export async function mailboxPaths(services: Services, point: ReadPoint): Promise<MailboxPath[]> {
  const known = await askCatalog(services, point, (catalog) => catalog.mailboxes(point.snapshot.id));
  return known?.map((path) => path.map((name) => Buffer.from(name))) ?? mailboxesInTrees(point);
}

/** How many mailboxes there are, at no cost that grows with them where the catalog can tell. */
export async function countMailboxes(services: Services, point: ReadPoint): Promise<number> {
  const known = await askCatalog(services, point, (catalog) => catalog.countMailboxes(point.snapshot.id));
  return known ?? (await mailboxesInTrees(point)).length;
}

/** Asks it as it is first: that lists nothing. Copies have restore points of their own, which it does not know. */
async function askCatalog<Result>(
  services: Services,
  { account, repository, from }: ReadPoint,
  ask: (catalog: Catalog) => Result | undefined,
): Promise<Result | undefined> {
  const found = askAsItIs(services, account, ask);
  if (found !== undefined || from !== undefined) return found;
  const { generation, name } = account;
  try {
    return await useCatalog(services, { repository, generation, name }, new AbortController().signal, ask);
  } catch (error) {
    if (isFailure(error, 'repository-locked') || isFailure(error, 'busy')) return undefined;
    throw error;
  }
}

function askAsItIs<Result>(
  { catalogs }: Services,
  { generation }: Account,
  ask: (catalog: Catalog) => Result | undefined,
): Result | undefined {
  const catalog = catalogs.open(generation);
  try {
    return ask(catalog);
  } catch (error) {
    if (isFailure(error, 'catalog-damaged')) return undefined;
    throw error;
  } finally {
    catalog.close();
  }
}

async function mailboxesInTrees({ reader, snapshot }: ReadPoint): Promise<MailboxPath[]> {
  const { subtree }: TreeNode = await findHome(reader, snapshot);
  return subtree === undefined ? [] : findMailboxes(await listTree(reader, subtree));
}
