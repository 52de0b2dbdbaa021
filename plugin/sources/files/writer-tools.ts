import type { Clock } from '../../contracts/clock.ts';
import type { FileSystem } from '../../contracts/file-system.ts';
import type { FileWriting } from '../../contracts/file-writing.ts';
import type { AclTrust } from './filter-acl.ts';
import type { ProblemLog } from './problem-log.ts';
import type { SyncPlan } from './sync-plan.ts';
import type { Unpacker } from './unpacker.ts';

/** Whose files are written: the user that this process is. */
export interface WriterOwner extends AclTrust {
  /** Groups that the process may give its files to. */
  readonly groups: ReadonlySet<number>;
}

/** What all parts of one writer share. */
export interface WriterTools {
  readonly files: FileSystem;
  readonly writing: FileWriting;
  readonly owner: WriterOwner;
  readonly clock: Clock;
  readonly unpacker: Unpacker;
  readonly problems: ProblemLog;
  readonly syncing: SyncPlan;
}
