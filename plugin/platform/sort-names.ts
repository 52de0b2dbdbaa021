/**
 * Sorts names, each ending in a zero byte, by their bytes.
 * The first six bytes are compared as one number, which decides nearly always.
 */
export function sortNames(bytes: Buffer, starts: Uint32Array): Uint32Array {
  const prefixes = new Float64Array(starts.length);
  const order = new Uint32Array(starts.length);
  for (let index = 0; index < starts.length; index++) {
    prefixes[index] = prefixOf(bytes, starts[index] ?? 0);
    order[index] = index;
  }
  order.sort((left, right) => {
    const difference = (prefixes[left] ?? 0) - (prefixes[right] ?? 0);
    return difference !== 0 ? difference : compareFrom(bytes, starts[left] ?? 0, starts[right] ?? 0);
  });
  return order.map((index) => starts[index] ?? 0);
}

function prefixOf(bytes: Buffer, start: number): number {
  let prefix = 0;
  let ended = false;
  for (let index = 0; index < 6; index++) {
    const byte = ended ? 0 : (bytes[start + index] ?? 0);
    if (byte === 0) ended = true;
    prefix = prefix * 256 + byte;
  }
  return prefix;
}

function compareFrom(bytes: Buffer, left: number, right: number): number {
  for (let index = 0; ; index++) {
    const difference = (bytes[left + index] ?? 0) - (bytes[right + index] ?? 0);
    if (difference !== 0) return difference;
    if (bytes[left + index] === 0) return 0;
  }
}
