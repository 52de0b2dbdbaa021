/** A raster image that every browser shows and that runs nothing. */
export interface ImageKind {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  readonly width: number;
  readonly height: number;
}

/** Larger ones take a browser more memory than a look is worth. */
const mostPixels = 40_000_000;

/**
 * What image bytes begin, by themselves and never by a name; undefined when they are none of the four kinds, end before
 * the size is told, or tell a size that is none or too large to show.
 */
export function sniffImage(bytes: Uint8Array): ImageKind | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const kind = png(view) ?? gif(view) ?? webp(view) ?? jpeg(view);
    return kind !== undefined && isShowable(kind) ? kind : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // it ends too early
    throw error;
  }
}

function isShowable({ width, height }: ImageKind): boolean {
  return width > 0 && height > 0 && width * height <= mostPixels;
}

/** W3C PNG, 5.2 and 11.2.2: the signature, then a first chunk with the size. */
function png(view: DataView): ImageKind | undefined {
  if (!begins(view, 0, '\x89PNG\r\n\x1a\n') || !begins(view, 12, 'IHDR')) return undefined;
  return { mediaType: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
}

function gif(view: DataView): ImageKind | undefined {
  if (!begins(view, 0, 'GIF87a') && !begins(view, 0, 'GIF89a')) return undefined;
  return { mediaType: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** RFC 9649, section 2.5 to 2.7: one of three first chunks. */
function webp(view: DataView): ImageKind | undefined {
  if (!begins(view, 0, 'RIFF') || !begins(view, 8, 'WEBP')) return undefined;
  const mediaType = 'image/webp';
  if (begins(view, 12, 'VP8 ')) {
    return { mediaType, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (begins(view, 12, 'VP8L')) {
    const sizes = view.getUint32(21, true);
    return { mediaType, width: (sizes & 0x3fff) + 1, height: ((sizes >>> 14) & 0x3fff) + 1 };
  }
  if (!begins(view, 12, 'VP8X')) return undefined;
  return { mediaType, width: threeBytes(view, 24) + 1, height: threeBytes(view, 27) + 1 };
}

/** ITU T.81, B.2: segments one after another until the one that tells the size. */
function jpeg(view: DataView): ImageKind | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // fill bytes
    } else if (isFrame(marker)) {
      return { mediaType: 'image/jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    } else {
      at += 2 + view.getUint16(at + 2);
    }
  }
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function threeBytes(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

function begins(view: DataView, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (at + index >= view.byteLength || view.getUint8(at + index) !== text.charCodeAt(index)) return false;
  }
  return true;
}
