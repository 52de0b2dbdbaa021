import { deflateRawSync } from 'node:zlib';

/** Below this, compressing a file takes longer than sending what it saves at 100 Mbit/s (docs/decisions/0007). */
const smallestBytes = 8192;
/** From this size on a look at the content costs less than compressing in vain. */
const probedBytes = 262_144;
const sampleBytes = 16_384;
const leastGain = 0.9;

const packedTypes: ReadonlySet<string> = new Set(
  (
    '7z aac apk avi avif br bz2 cbz docx eot epub flac flv gif gz heic ico jar jpeg jpg lz4 lzma m4a m4v mkv mov mp3 mp4 ' +
    'mpeg mpg odp ods odt ogg ogv opus pdf png pptx rar rpm tbz tgz txz vsdx war webm webp wma wmv woff woff2 ' +
    'wpress xlsx xz zip zst zstd'
  ).split(' '),
);

/**
 * Whether to compress a file of this name whose content begins so. It depends on these alone: the same file is always
 * treated alike. @param beginning all of a small file.
 */
export function isWorthCompressing(name: Buffer, beginning: Buffer): boolean {
  if (beginning.length < smallestBytes || packedTypes.has(extensionOf(name))) return false;
  return beginning.length < probedBytes || shrinks(beginning);
}

function extensionOf(name: Buffer): string {
  const dot = name.lastIndexOf(0x2e);
  return dot <= 0 ? '' : name.toString('latin1', dot + 1).toLowerCase();
}

/** From the middle: heads of files are not like the rest. */
function shrinks(content: Buffer): boolean {
  const from = Math.floor((content.length - sampleBytes) / 2);
  const sample = content.subarray(from, from + sampleBytes);
  return deflateRawSync(sample, { level: 1 }).length < sampleBytes * leastGain;
}
