import type { Arena, Codec, Sealer } from '../contracts/codec.ts';

const text = Buffer.from('larder probes its native steps '.repeat(40));
const textHash = 'f535d47bdb80db35c51020c3e3d185ae50b910ee701bf53438e0f5434d9a9d87';
const key = { encrypt: Buffer.alloc(32, 1), macK: Buffer.alloc(16, 2), macR: Buffer.alloc(16, 3) };
/** `text`, compressed and sealed under `key` with Node's own modules. */
const sealedText = Buffer.from(
  '19461bcc0ee37099eb0c34eb82703b7e90e05d7673c47fe4e6131e330bdbefe676015abebd19ad37f5f77337f81cf2d8' +
    '698af25e7c91d0196c26eaf35864b35bc2b072c56af97e67cb89bc72c5e90bc4b4',
  'hex',
);

/**
 * Tries each step on answers that are known. What it seals itself need only open again: that opening is right is known
 * by then.
 * @throws {Error} when the codec gives other bytes.
 */
export function probeCodec(codec: Codec): void {
  const sealer = codec.sealer(key);
  const plain = codec.allocate(4096);
  const sealed = codec.allocate(4096);
  must(hashOf(codec, plain) === textHash);
  sealedText.copy(sealed.bytes);
  must(readsBack(codec, sealer, sealed, sealedText.length));
  sealedText.copy(sealed.bytes);
  sealed.bytes.writeUInt8(1, sealedText.length - 1);
  must(sealer.open(sealed, 0, sealedText.length) === -1);
  text.copy(plain.bytes);
  const packed = codec.compress(plain, 0, text.length, sealed, 16);
  must(packed > 0 && readsBack(codec, sealer, sealed, sealer.seal(sealed, 0, packed)));
}

function hashOf(codec: Codec, arena: Arena): string {
  text.copy(arena.bytes);
  codec.hash(arena, 0, text.length);
  return codec.digest.toString('hex');
}

/** Whether the first `length` bytes open and unpack to `text`. */
function readsBack(codec: Codec, sealer: Sealer, sealed: Arena, length: number): boolean {
  sealed.bytes.fill(0, 2048, 2048 + text.length); // an arena may hold what an earlier one held
  const packed = sealer.open(sealed, 0, length);
  const isWhole = packed > 0 && codec.decompress(sealed, 16, packed, sealed, 2048, text.length);
  return isWhole && sealed.bytes.compare(text, 0, text.length, 2048, 2048 + text.length) === 0;
}

function must(isRight: boolean): void {
  if (!isRight) throw new Error('native steps give other bytes');
}
