/** One bit for each number below a size that is fixed at the start. */
export class Bitmap {
  readonly #bytes: Uint8Array;

  constructor(size: number) {
    this.#bytes = new Uint8Array(Math.ceil(size / 8));
  }

  has(number: number): boolean {
    return ((this.#bytes[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  /** @returns whether it was not set before. */
  add(number: number): boolean {
    const at = number >> 3;
    const byte = this.#bytes[at] ?? 0;
    const bit = 1 << (number & 7);
    if ((byte & bit) !== 0) return false;
    this.#bytes[at] = byte | bit;
    return true;
  }
}
