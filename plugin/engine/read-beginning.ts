import type { Arena } from '../contracts/codec.ts';
import { errorNumbers, type FileSystem } from '../contracts/file-system.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';

/** The first `most` bytes of a file in a repository; all of it when it is shorter. @throws {Failure} `repository-damaged`. */
export async function readBeginning(reader: BlobReader, node: TreeNode, most: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for (const id of node.content) {
    if (length >= most) break;
    const piece = Buffer.from(await reader.read('data', id));
    pieces.push(piece);
    length += piece.length;
  }
  return Buffer.concat(pieces).subarray(0, most);
}

/**
 * The first `most` bytes of a live file whose name stands in `arena`, which is used as memory once it is open.
 * @returns a negative error number when it cannot be opened or read.
 */
export function readLiveBeginning(files: FileSystem, folder: number, arena: Arena, most: number): Buffer | number {
  const file = files.openFile(folder, arena, 0);
  if (file < 0) return file;
  try {
    const pieces: Buffer[] = [];
    for (let left = most; left > 0;) {
      const read = files.read(file, arena, 0, Math.min(left, arena.bytes.length));
      if (read < 0) return read === -errorNumbers.EAGAIN ? -errorNumbers.EIO : read;
      if (read === 0) break;
      pieces.push(Buffer.from(arena.bytes.subarray(0, read)));
      left -= read;
    }
    return Buffer.concat(pieces);
  } finally {
    files.close(file);
  }
}
