import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Tells one content of a configuration file from another; undefined while it cannot be read. */
export function configurationDigest(file: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return undefined;
  }
}
