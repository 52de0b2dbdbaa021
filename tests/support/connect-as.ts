import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('./connect-to.ts', import.meta.url));

/** What a process of that user gets from the socket: its first line, `closed`, or an error code such as `EACCES`. */
export async function connectAs(ids: { readonly uid?: number; readonly gid?: number }, path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, path], { ...ids, env: {} });
  return stdout.trim();
}
