import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One hash over names, kinds, modes, owners, times and contents of all below a folder. */
export function hashTree(folder: string): string {
  const hash = createHash('sha256');
  const walk = (path: Buffer): void => {
    for (const name of readdirSync(path, { encoding: 'buffer' }).toSorted((one, other) => Buffer.compare(one, other))) {
      const inner = Buffer.concat([path, Buffer.from('/'), name]);
      const { mode, uid, gid, size, mtimeMs } = lstatSync(inner);
      const stats = lstatSync(inner);
      hash.update(inner).update(`${mode} ${uid} ${gid} ${stats.isDirectory() ? 0 : size} ${mtimeMs}`);
      if (stats.isDirectory()) walk(inner);
      else if (stats.isSymbolicLink()) hash.update(readlinkSync(inner, { encoding: 'buffer' }));
      else if (stats.isFile()) hash.update(readFileSync(inner));
    }
  };
  walk(Buffer.from(folder));
  return hash.digest('hex');
}
