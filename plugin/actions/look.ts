import { Failure } from '../domain/failure.ts';
import { shownImageBytes, shownTextBytes } from '../domain/look-limits.ts';
import { readText } from '../domain/read-text.ts';
import { showPath } from '../domain/show-name.ts';
import { sniffImage } from '../domain/sniff-image.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { findHome, findNode } from '../engine/home-tree.ts';
import { LivePlaces } from '../engine/live-places.ts';
import { readBeginning, readLiveBeginning } from '../engine/read-beginning.ts';
import { readIndex } from '../engine/read-shelf.ts';
import type { LookContent, LookReport } from '../protocol/look.ts';
import type { PathBytes, PointLine } from '../protocol/requests.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { findAccount } from './find-account.ts';
import { parseHomePath } from './home-path.ts';
import { isoSeconds } from './iso-seconds.ts';
import { findPoint, toPointLine } from './restore-points.ts';
import type { Services } from './services.ts';

interface LookRequest {
  readonly account: string;
  /** A restore point, or `now`. */
  readonly point: string;
  readonly path: PathBytes;
}

/**
 * What is at a path, with what of its contents a person can be shown: the beginning of a text, or a small image. No link
 * is followed.
 * @throws {Failure} `unknown-account`, `unknown-restore-point`, `not-found`, `path-outside-home`, `home-unreadable`,
 * `repository-damaged`.
 */
export async function look(services: Services, request: LookRequest): Promise<LookReport> {
  const account = await findAccount(services, request.account);
  const path = parseHomePath(request.path, account.home);
  const seen =
    request.point === 'now' ? lookLive(services, account.home, path) : await lookBack(services, request, path);
  const { point, node, content } = seen;
  return {
    account: account.name,
    point,
    path: request.path,
    type: node.type,
    sizeBytes: node.sizeBytes,
    modified: isoSeconds(node.modified.seconds),
    content,
  };
}

interface Seen {
  readonly point: PointLine | undefined;
  readonly node: TreeNode;
  readonly content: LookContent;
}

async function lookBack(services: Services, request: LookRequest, path: readonly Buffer[]): Promise<Seen> {
  const account = await findAccount(services, request.account);
  const repository = await openRepository(services, await findRepository(services, account));
  const snapshot = await findPoint(repository, request.point, account.name, [path]);
  const reader = new BlobReader(repository, await readIndex(repository), 0);
  try {
    const node = await findNode(reader, await findHome(reader, snapshot), path);
    const bytes = node.type === 'file' ? await readBeginning(reader, node, shownImageBytes + 1) : undefined;
    return { point: toPointLine(snapshot), node, content: showContent(bytes) };
  } finally {
    reader.close();
  }
}

const pieceBytes = 256 * 1024;

function lookLive({ files, workspace }: Services, home: string, path: readonly Buffer[]): Seen {
  const live = new LivePlaces(files, workspace.codec, home);
  const node = live.look(path);
  if (node === 'gone') throw new Failure('not-found', { path: showPath(path) });
  if (node === 'unknown') throw live.unreadable(0);
  const name = path.at(-1);
  if (node.type !== 'file' || name === undefined) return { point: undefined, node, content: showContent(undefined) };
  const arena = workspace.borrow(pieceBytes);
  try {
    arena.bytes.set(name);
    arena.bytes[name.length] = 0;
    const read = (folder: number) => readLiveBeginning(files, folder, arena, shownImageBytes + 1);
    const bytes = live.within(path.slice(0, -1), read);
    if (bytes === undefined) throw new Failure('not-found', { path: showPath(path) });
    if (!(bytes instanceof Buffer)) throw live.unreadable(typeof bytes === 'number' ? -bytes : 0);
    return { point: undefined, node, content: showContent(bytes) };
  } finally {
    workspace.giveBack(arena);
  }
}

/** @param bytes of a file, one more than an image may have when there are more; undefined for what is no file. */
function showContent(bytes: Buffer | undefined): LookContent {
  if (bytes === undefined) return { kind: 'hidden', reason: 'no-file' };
  const image = sniffImage(bytes);
  if (image !== undefined && bytes.length > shownImageBytes) return { kind: 'hidden', reason: 'image-too-large' };
  if (image !== undefined) return { kind: 'image', ...image, bytes: bytes.toString('base64') };
  const isWhole = bytes.length <= shownTextBytes;
  const text = readText(bytes.subarray(0, shownTextBytes), isWhole);
  return text === undefined ? { kind: 'hidden', reason: 'binary' } : { kind: 'text', isWhole, ...text };
}
