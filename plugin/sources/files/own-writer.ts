import type { Clock } from '../../contracts/clock.ts';
import type { Codec } from '../../contracts/codec.ts';
import type { FileSystem } from '../../contracts/file-system.ts';
import type { FileWriting } from '../../contracts/file-writing.ts';
import type { TreeWriter } from '../../contracts/tree-writer.ts';
import { Failure } from '../../domain/failure.ts';
import { FolderWriter } from './folder-writer.ts';
import { ProblemLog } from './problem-log.ts';
import { SyncPlan } from './sync-plan.ts';
import { Unpacker } from './unpacker.ts';

export interface OwnWriterOptions {
  readonly files: FileSystem;
  readonly writing: FileWriting;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly trustedUids: readonly number[];
  /** Descriptor of the target folder; becomes the writer's to close. */
  readonly target: number;
}

/**
 * A writer in this process, with the rights of its user.
 * @throws {Failure} `restore-refused` for root: what root writes below a folder that somebody else can change may land anywhere.
 */
export function openOwnWriter({ files, writing, codec, clock, trustedUids, target }: OwnWriterOptions): TreeWriter {
  const [uid = 0, gid = 0] = [process.geteuid?.(), process.getegid?.()];
  if (uid === 0) throw new Failure('restore-refused', { problem: 'root does not write files itself', mend: '' });
  const groups = new Set([gid, ...(process.getgroups?.() ?? [])]);
  const owner = { uid, gid, groups, trustedUids: new Set(trustedUids) };
  return new FolderWriter(target, {
    files,
    writing,
    clock,
    owner,
    unpacker: new Unpacker(codec),
    problems: new ProblemLog(),
    syncing: new SyncPlan(writing),
  });
}
