/** Looks in a snapshot for sites, such as a WordPress, and whether the files are there without which they are none. */
import { isFailure } from '../domain/failure.ts';
import type { SiteRule } from '../domain/proof-configuration.ts';
import { showPath } from '../domain/show-name.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import { findNode } from './home-tree.ts';
import { readTree } from './tree-reader.ts';

export interface FoundSite {
  /** Below the home, as people see it; empty for the home itself. */
  readonly path: string;
  readonly marker: string;
  /** Required files that are not there, or are empty. */
  readonly missing: readonly string[];
}

/** Sites lie near the top of a home. */
const deepest = 4;
const mostFolders = 300;

/** @throws {Failure} `repository-damaged` when the home itself cannot be read; deeper damage hides what is below it. */
export async function findSites(reader: BlobReader, home: TreeNode, rules: readonly SiteRule[]): Promise<FoundSite[]> {
  const sites: FoundSite[] = [];
  const waiting: { readonly node: TreeNode; readonly path: readonly Buffer[] }[] = [{ node: home, path: [] }];
  for (let seen = 0; seen < mostFolders && waiting.length > 0; seen += 1) {
    const next = waiting.shift();
    if (next?.node.subtree === undefined) continue;
    const folders = (await listFolders(reader, next.node, next.path.length === 0)).map((node) => {
      return { node, path: [...next.path, Buffer.from(node.name)] };
    });
    const found = await matchRules(reader, next.node, folders, rules);
    sites.push(...found.map((site) => ({ ...site, path: showPath(next.path) })));
    if (next.path.length < deepest && found.length === 0) waiting.push(...folders);
  }
  return sites;
}

async function listFolders(reader: BlobReader, node: TreeNode, isHome: boolean): Promise<TreeNode[]> {
  try {
    const nodes = node.subtree === undefined ? [] : await readTree(reader, node.subtree);
    return nodes.filter(({ type }) => type === 'dir');
  } catch (error) {
    if (isHome || !isFailure(error, 'repository-damaged')) throw error;
    return [];
  }
}

async function matchRules(
  reader: BlobReader,
  folder: TreeNode,
  inside: readonly { readonly node: TreeNode }[],
  rules: readonly SiteRule[],
): Promise<Omit<FoundSite, 'path'>[]> {
  const found: Omit<FoundSite, 'path'>[] = [];
  for (const { marker, required } of rules) {
    const [top = ''] = marker.split('/');
    const mayBe = !marker.includes('/') || inside.some(({ node }) => node.name.equals(Buffer.from(top)));
    if (!mayBe || !(await isFile(reader, folder, marker))) continue;
    const missing: string[] = [];
    for (const path of required) if (!(await isFile(reader, folder, path))) missing.push(path);
    found.push({ marker, missing });
  }
  return found;
}

/** Whether there is something to run or to read at a path below a folder. */
export async function isFile(reader: BlobReader, folder: TreeNode, path: string): Promise<boolean> {
  const parts = path.split('/').map((part) => Buffer.from(part));
  try {
    const node = await findNode(reader, folder, parts);
    return node.type === 'symlink' || (node.type === 'file' && node.content.length > 0);
  } catch (error) {
    if (isFailure(error, 'not-found') || isFailure(error, 'repository-damaged')) return false;
    throw error;
  }
}
