/** Shorter runs of zeros are written like anything else. */
const pieceBytes = 65_536;
const zeros = Buffer.alloc(pieceBytes);

export interface Run {
  readonly isZeros: boolean;
  readonly start: number;
  readonly end: number;
}

/** Cuts content into runs that are nothing but zeros, and long enough to be kept as holes, and others. */
export function* findRuns(bytes: Buffer): Generator<Run> {
  let start = 0;
  let isZeros = false;
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const isZeroPiece = bytes.length - at >= pieceBytes && isZeroAt(bytes, at);
    if (isZeroPiece === isZeros) continue;
    if (at > start) yield { isZeros, start, end: at };
    start = at;
    isZeros = isZeroPiece;
  }
  yield { isZeros, start, end: bytes.length };
}

function isZeroAt(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0 && bytes.compare(zeros, 0, pieceBytes, at, at + pieceBytes) === 0;
}
