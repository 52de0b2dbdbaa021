import { closeSync, constants, fchmodSync, openSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Linux: a file without a name. */
const O_TMPFILE = 0o20200000;

/**
 * Bytes that a child reads from a descriptor it is given: they never have a name, nor stand in arguments or environment.
 * A child that became another user may open the descriptor again, so that `/dev/fd/N` works there; nobody else can
 * reach it. The caller closes it.
 */
export function openSecret(text: string): { readonly descriptor: number; close(): void } {
  const descriptor = openSync(tmpdir(), O_TMPFILE | constants.O_RDWR, 0o600);
  fchmodSync(descriptor, 0o444);
  writeSync(descriptor, text);
  return { descriptor, close: () => closeSync(descriptor) };
}
