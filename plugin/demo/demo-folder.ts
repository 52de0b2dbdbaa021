import { chmodSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { replaceFile } from '../platform/atomic-file.ts';
import { hasErrorCode } from '../platform/error-code.ts';

/** What the demo's own file remembers of it. */
export interface DemoRecord {
  /** Whether it was made to its end. */
  readonly isWhole: boolean;
  /** The day on which it was made. */
  readonly madeAt: Date;
  readonly days: number;
}

const markerFile = 'larder-demo.json';
/** The mark, and the lock that is held while it is removed. */
const kept = [markerFile, 'instance.lock'];

/** Below it lie `doors/NAME/uids/UID.sock`, and a socket's path has at most 107 bytes (unix(7)). */
const longestFolder = 107 - '/doors/brandt/uids/4294967294.sock'.length;

/**
 * Leaves a folder that carries the demo's mark. @returns its path without links.
 * @throws {Failure} `state-unsafe` where something else lies there already, of which nothing is touched.
 */
export function claimFolder(wanted: string, now: Date): string {
  makeFolder(wanted);
  const folder = realpathSync(wanted);
  if (Buffer.byteLength(folder) > longestFolder) {
    throw new Failure('state-unsafe', { path: folder, problem: 'its path is too long for sockets', mend: elsewhere });
  }
  if (readRecord(folder) !== undefined) return folder;
  if (readdirSync(folder).length > 0) {
    const problem = 'it holds something that is no demo of Larder';
    throw new Failure('state-unsafe', { path: folder, problem, mend: elsewhere });
  }
  chmodSync(folder, 0o755); // every customer goes through it
  writeFileSync(join(folder, markerFile), describe({ isWhole: false, madeAt: now, days: 0 }), { mode: 0o644 });
  return folder;
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o755 });
  } catch (error) {
    if (!hasErrorCode(error, 'EACCES', 'EEXIST', 'ENOTDIR', 'EROFS')) throw error;
    const facts = { path, problem: 'no folder can be made there', mend: elsewhere };
    throw new Failure('state-unsafe', facts, { cause: error });
  }
}

const elsewhere = 'npm start -- --folder DIR';

/** Undefined where there is no demo. */
export function readRecord(folder: string): DemoRecord | undefined {
  try {
    return parseRecord(JSON.parse(readFileSync(join(folder, markerFile), 'utf8')));
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function writeRecord(folder: string, record: DemoRecord): Promise<void> {
  await replaceFile(join(folder, markerFile), describe(record), 0o644);
}

/** Removes all that the demo made in its folder. It must be the demo's and locked. */
export function emptyFolder(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!kept.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function describe({ isWhole, madeAt, days }: DemoRecord): string {
  const what = 'a demo of Larder: npm start -- --fresh removes all that lies beside this file';
  return `${JSON.stringify({ what, isWhole, madeAt: madeAt.toISOString(), days }, null, 2)}\n`;
}

function parseRecord(value: unknown): DemoRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { isWhole, madeAt, days } = value as { isWhole?: unknown; madeAt?: unknown; days?: unknown };
  const at = typeof madeAt === 'string' ? new Date(madeAt) : undefined;
  if (at === undefined || Number.isNaN(at.getTime()) || typeof days !== 'number') return undefined;
  return { isWhole: isWhole === true, madeAt: at, days };
}
