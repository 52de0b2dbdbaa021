/** Where the server of a drill lives: a folder of the sandbox, of which nobody but its own user and root knows the inside. */
import { chmodSync, existsSync, lchownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../contracts/sandbox.ts';
import { Failure } from '../domain/failure.ts';
import {
  findIsolation,
  folderInside,
  isolate,
  type IsolatedProgram,
  type Isolation,
  type Surroundings,
} from './isolated-program.ts';

export interface ScratchPlace {
  readonly sandbox: Sandbox;
  readonly isolation: Isolation;
  /** As this process sees it. */
  readonly folder: string;
  /** As the server sees it. */
  readonly inside: string;
}

/**
 * @param folders to be made in it, for the server to write in.
 * @returns undefined where root cannot cut a server off.
 */
export async function makeScratchPlace(
  sandbox: Sandbox,
  engine: string,
  folders: readonly string[],
): Promise<ScratchPlace | undefined> {
  const isolation = await findIsolation();
  if (sandbox.hasOwnUser && isolation !== 'namespaces') return undefined;
  const folder = join(sandbox.databases, engine);
  if (!existsSync(sandbox.databases)) makeOpen(sandbox.databases);
  makeOpen(folder);
  for (const name of folders) makeOwn(sandbox, join(folder, name));
  return { sandbox, isolation, folder, inside: isolation === 'namespaces' ? folderInside : folder };
}

/**
 * A folder of this process, in which the server finds what is its own. It may be gone into by everybody: nobody else comes
 * through the sandbox above it. Root without `CAP_DAC_OVERRIDE` makes nothing in a folder that is given away.
 */
function makeOpen(folder: string): void {
  mkdirSync(folder);
  chmodSync(folder, 0o755); // whatever the umask
}

function makeOwn(sandbox: Sandbox, folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  giveToScratch(sandbox, folder);
}

/** Lets the server's user have it, where that is another. */
export function giveToScratch({ hasOwnUser, uid, gid }: Sandbox, path: string): void {
  if (hasOwnUser) lchownSync(path, uid, gid);
}

/** A program of the server's, cut off. */
export function insideScratch(
  { sandbox, isolation, folder }: ScratchPlace,
  program: IsolatedProgram,
  around: Omit<Surroundings, 'folder'> = {},
): IsolatedProgram {
  return isolate(program, isolation, sandbox.hasOwnUser ? sandbox : undefined, { ...around, folder });
}

/** The first line of a server's log that an expression finds. */
export function findInLog(log: string, pattern: RegExp): string {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [];
  return lines.find((line) => pattern.test(line)) ?? 'the server did not start';
}

export function scratchUnreachable(problem: string, cause: unknown): Failure<'database-unreachable'> {
  return new Failure('database-unreachable', { server: 'the server of the drill', problem }, { cause });
}
