import { readSync } from 'node:fs';

/** Waits for a line, while nothing else happens in this process. @returns undefined when no more can come. */
export function readLine(descriptor: number): string | undefined {
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.alloc(65_536);
    const length = readSync(descriptor, part);
    if (length === 0) return undefined;
    parts.push(part.subarray(0, length));
    // whoever writes waits for an answer to each line before the next
    if (part[length - 1] === 0x0a) return Buffer.concat(parts).toString();
  }
}
