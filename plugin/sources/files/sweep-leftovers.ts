import { fileTypes, statusWords } from '../../contracts/file-system.ts';
import type { OpenFolder } from './open-folder.ts';
import { isTemporaryName } from './temporary-name.ts';
import type { WriterTools } from './writer-tools.ts';

/** No restore takes that long to place a file. */
const oldSeconds = 24 * 60 * 60;

/**
 * Removes what an earlier writer left here when it was killed: only regular files of the same owner under a name that
 * none but a writer gives, unchanged for a day. Looks once into each folder.
 */
export function sweepLeftovers(folder: OpenFolder, tools: WriterTools): void {
  if (folder.isSwept) return;
  folder.isSwept = true;
  const list = tools.files.listFolder(folder.descriptor);
  if (typeof list === 'number') return;
  for (let index = 0; index < list.count; index++) {
    const at = list.offset(index);
    const name = list.arena.bytes.subarray(at, at + list.length(index));
    if (isTemporaryName(name) && isOldLeftover(folder, name, tools)) tools.writing.remove(folder.descriptor, name);
  }
}

function isOldLeftover(folder: OpenFolder, name: Buffer, { files, writing, owner, clock }: WriterTools): boolean {
  if (files.statEntry(folder.descriptor, writing.nameArena(name), 0) < 0) return false;
  const { words } = files.status;
  const isFile = ((words[statusWords.mode] ?? 0) & fileTypes.mask) === fileTypes.file;
  const isOwn = (words[statusWords.uid] ?? 0) >>> 0 === owner.uid;
  const changed = (words[statusWords.changedSeconds] ?? 0) >>> 0; // until 2106
  return isFile && isOwn && clock.now().getTime() / 1000 - changed > oldSeconds;
}
