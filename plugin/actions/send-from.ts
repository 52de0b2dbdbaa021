import type { ZipSink } from '../contracts/zip-writer.ts';
import { Failure } from '../domain/failure.ts';

/**
 * Sends what comes behind `offset`. @returns how many bytes there are in all.
 * @throws {Failure} `cancelled`; `invalid-input` for an offset beyond the end.
 */
export async function sendFrom(
  content: AsyncIterable<Uint8Array>,
  { offset, sink, signal }: { readonly offset: number; readonly sink: ZipSink; readonly signal: AbortSignal },
): Promise<number> {
  let bytes = 0;
  for await (const chunk of content) {
    if (signal.aborted) throw new Failure('cancelled', { action: 'download' });
    const dropped = Math.min(chunk.length, Math.max(0, offset - bytes));
    bytes += chunk.length;
    if (dropped < chunk.length) await sink(chunk.subarray(dropped));
  }
  if (offset <= bytes) return bytes;
  throw new Failure('invalid-input', { field: 'offset', text: String(offset), hint: `0 to ${bytes}` });
}
