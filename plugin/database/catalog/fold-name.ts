const capital = /[A-Z]/;
const capitals = /[A-Z]/g;

/** The name with small letters for ASCII capitals, or undefined when it has none. Other bytes stay as they are. */
export function foldName(name: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(name.buffer, name.byteOffset, name.length).toString('latin1');
  if (!capital.test(text)) return undefined;
  return Buffer.from(
    text.replace(capitals, (letter) => letter.toLowerCase()),
    'latin1',
  );
}
