/** Clears the bits of r that Poly1305 requires to be zero (RFC 8439 section 2.5). Returns a copy. */
export function clampMacR(macR: Buffer): Buffer {
  const clamped = Buffer.from(macR);
  for (const index of [3, 7, 11, 15]) clamped[index] = (clamped[index] ?? 0) & 0x0f;
  for (const index of [4, 8, 12]) clamped[index] = (clamped[index] ?? 0) & 0xfc;
  return clamped;
}
