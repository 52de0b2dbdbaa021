import { poly1305 as nobleP1305 } from '@noble/ciphers/_poly1305.js';

/** Poly1305 of `message` under the 32-byte one-time key (RFC 8439 section 2.5). Node's own crypto does not offer it. */
export function poly1305(oneTimeKey: Uint8Array, message: Uint8Array): Buffer {
  return Buffer.from(nobleP1305(message, oneTimeKey));
}
