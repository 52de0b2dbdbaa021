import type { TreeWriter } from '../../contracts/tree-writer.ts';
import type { PanelAccount } from '../../domain/account.ts';
import { Failure } from '../../domain/failure.ts';
import type { WritingSystem } from '../../platform/open-writing.ts';
import { openChosenTarget, openHomeTarget, type OpenTarget, type TargetOwner } from './open-target.ts';
import { openWriterChild } from './writer-child.ts';

/** Below it are the system's own users; nothing is ever written as one of them. */
const firstAccountUid = 1000;

export interface AccountWriterOptions {
  readonly system: WritingSystem;
  /** The file `main-writer.ts`. */
  readonly program: string;
  /** Which the writer keeps as long as it lives. */
  readonly lock?: { readonly descriptor: number } | undefined;
  /** Until it resolves, nothing is made. */
  readonly after?: Promise<unknown> | undefined;
}

/**
 * A writer below the account's home, or a folder that an administrator chose, with the rights of the account.
 * @throws {Failure} `home-unsafe`, `restore-refused`, `writer-stopped`; what `after` was rejected with.
 */
export async function openAccountWriter(
  account: PanelAccount,
  folder: { readonly kind: 'home' } | { readonly kind: 'folder'; readonly path: string },
  { system, program, lock, after }: AccountWriterOptions,
): Promise<TreeWriter> {
  const owner = ownerOf(account);
  const target =
    folder.kind === 'home'
      ? openHomeTarget(system, account.home, owner)
      : await openChosenTarget(system, folder.path, owner, after);
  try {
    return await openWriterChild({
      ...childOf(account, target),
      program,
      writing: system.writing,
      keeps: lock?.descriptor,
    });
  } finally {
    system.files.close(target.descriptor);
  }
}

/** As a normal user everything is done as that user. */
function ownerOf({ name, uid, gid }: PanelAccount): TargetOwner {
  if (process.getuid?.() === 0 && uid < firstAccountUid) {
    const problem = `user ${uid} is one of the system's own`;
    throw new Failure('restore-refused', { problem, mend: 'give the account a user of its own' });
  }
  return { name, uid, gid };
}

function childOf(account: PanelAccount, { descriptor, missing }: OpenTarget) {
  const { name, uid, gid, trustedUids } = account;
  return { account: name, uid, gid, trustedUids, target: descriptor, missing };
}
