import { Readable } from 'node:stream';
import { constants, createGzip, createZstdCompress } from 'node:zlib';

/** The same bytes always become the same: a download that broke off can go on. */
export async function* compressStream(
  content: AsyncIterable<Uint8Array>,
  format: 'gz' | 'zst',
): AsyncGenerator<Uint8Array, void> {
  const compressor =
    format === 'gz'
      ? createGzip({ level: 6 })
      : createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  const source = Readable.from(content, { objectMode: false });
  source.once('error', (error) => compressor.destroy(error));
  source.pipe(compressor);
  try {
    for await (const chunk of compressor) yield chunk as Uint8Array;
  } finally {
    source.destroy();
    compressor.destroy();
  }
}
