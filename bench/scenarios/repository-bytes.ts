import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * The bytes of all files below `folder`, as they would travel to another place; folders themselves count nothing.
 * By find(1), which does not mind names that are not UTF-8.
 */
export async function sumFileBytes(folder: string): Promise<number> {
  const words = [folder, '-type', 'f', '-printf', String.raw`%s\n`];
  const { stdout } = await promisify(execFile)('find', words, { maxBuffer: 1 << 28 });
  return stdout.split('\n').reduce((sum, line) => sum + Number(line), 0);
}
