/** Where the server of a drill lives: a folder of the sandbox, of which nobody but its own user and root knows the inside. */
import { existsSync, lchownSync, mkdirSync, readFileSync } from 'node:fs';
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
 * @param folders to be made in it, the server's own too.
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
  if (!existsSync(sandbox.databases)) makeOwn(sandbox, sandbox.databases);
  for (const made of [folder, ...folders.map((name) => join(folder, name))]) makeOwn(sandbox, made);
  return { sandbox, isolation, folder, inside: isolation === 'namespaces' ? folderInside : folder };
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
