/** The top of a snapshot: the home, what else is kept beside it, and the report on what is missing. */
import type { Arena } from '../contracts/codec.ts';
import { fileTypes, statusWords } from '../contracts/file-system.ts';
import type { BlobWriter } from './blob-writer.ts';
import { filesFolder } from './home-tree.ts';
import { nodeJson, type OwnerNames } from './node-json.ts';
import type { TreeEncoder } from './tree-encoder.ts';

/** Beside the home at the top of every snapshot that Larder makes. */
const coverageFile = 'coverage.json';

export interface RootTools {
  readonly writer: BlobWriter;
  readonly encoder: TreeEncoder;
  readonly owners: OwnerNames;
  /** For a short while. */
  readonly input: Arena;
}

export interface RootParts {
  /** Of the home, or of what stands for its owner. */
  readonly status: Int32Array;
  /** The home's tree and its attributes as JSON; undefined where the home is not in the snapshot. */
  readonly home: { readonly tree: string; readonly attributes: string } | undefined;
  /** Nodes as JSON, by name. */
  readonly beside: ReadonlyMap<string, string>;
  readonly coverageJson: string;
}

/** @returns the hex id of the root tree. */
export async function storeRootTree(tools: RootTools, parts: RootParts): Promise<string> {
  if (tools.writer.mustWait) await tools.writer.ready();
  const nodes = new Map(parts.beside);
  nodes.set(coverageFile, storeCoverage(tools, parts));
  if (parts.home !== undefined) nodes.set(filesFolder, homeNode(tools, parts.status, parts.home));
  const names = [...nodes.keys()].toSorted(); // all of ASCII
  return tools.encoder.storeNodes(names.map((name) => nodes.get(name) ?? ''));
}

function homeNode({ owners }: RootTools, words: Int32Array, home: NonNullable<RootParts['home']>): string {
  const { tree: subtree, attributes } = home;
  const name = Buffer.from(filesFolder);
  const parts = { name, content: Buffer.alloc(0), attributes: Buffer.from(attributes), subtree, device: 0 };
  return nodeJson({ words, at: 0, ...parts }, owners);
}

/** The report looks as if the home's owner had written it when the home last changed. */
function storeCoverage({ writer, owners, input }: RootTools, { status, coverageJson }: RootParts): string {
  const length = input.bytes.write(coverageJson);
  writer.store('data', input, 0, length);
  const name = Buffer.from(coverageFile);
  const parts = { name, content: writer.id, attributes: Buffer.alloc(0), subtree: '', device: 0 };
  return nodeJson({ words: coverageStatus(status, length), at: 0, ...parts }, owners);
}

function coverageStatus(home: Int32Array, length: number): Int32Array {
  const status = new Int32Array(statusWords.count);
  status.set(home);
  status[statusWords.links] = 1;
  status[statusWords.mode] = fileTypes.file | 0o600;
  status.fill(0, statusWords.inode, statusWords.inode + 2);
  status[statusWords.size] = length;
  status[statusWords.size + 1] = 0;
  return status;
}
