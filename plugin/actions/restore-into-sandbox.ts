import type { Sandbox } from '../contracts/sandbox.ts';
import type { TreeWriter, WriteReport } from '../contracts/tree-writer.ts';
import type { Account } from '../domain/account.ts';
import { Failure } from '../domain/failure.ts';
import type { Performing } from './services.ts';

/** Who owns what is restored in a sandbox: nobody's account. */
export function sandboxAccount(account: Account, { uid, gid, files }: Sandbox): Account {
  return { ...account, uid, gid, home: files, trustedUids: [] };
}

export interface SandboxOrder {
  readonly account: Account;
  readonly sandbox: Sandbox;
  /** About what will be written, where that is known. */
  readonly bytesTotal: number | undefined;
}

/** What a restorer is given; the writer is closed for it. */
export interface SandboxWriting {
  readonly writer: TreeWriter;
  readonly owner: Account;
  onProgress(items: number, bytes: number): void;
}

/**
 * Lets `restore` write into the sandbox's files, as their owner, and tells the progress.
 * @throws {Failure} `no-space` before anything is written; what `restore` throws.
 */
export async function writeIntoSandbox(
  { services, onProgress }: Performing,
  { account, sandbox, bytesTotal }: SandboxOrder,
  restore: (writing: SandboxWriting) => Promise<WriteReport>,
): Promise<WriteReport> {
  const needed = bytesTotal ?? 0;
  if (sandbox.freeBytes() < needed + needed / 20) throw new Failure('no-space', { path: sandbox.files });
  const owner = sandboxAccount(account, sandbox);
  const about = { kind: 'advance', step: 'restore', account: account.name, itemsTotal: undefined, bytesTotal } as const;
  const writer = await services.openWriter(owner, { kind: 'folder', path: sandbox.files });
  try {
    return await restore({ writer, owner, onProgress: (items, bytes) => onProgress({ ...about, items, bytes }) });
  } finally {
    await writer.close();
  }
}
