import { broken, type Fields } from './frames.ts';

/** What a client may send. */
export type ClientFrame =
  | { readonly kind: 'request'; readonly id: number; readonly request: unknown; readonly session: string | undefined }
  | { readonly kind: 'stop'; readonly id: number }
  | { readonly kind: 'stream'; readonly secret: string };

/** The longest session token. */
const sessionLength = 256;

/** @throws {Failure} `protocol-broken` for anything that is none of the three frames. */
export function parseClientFrame(frame: Fields): ClientFrame {
  const { id, request, session, stop, stream } = frame;
  const names = Object.keys(frame).toSorted().join();
  switch (names) {
    case 'stream':
      if (typeof stream !== 'string') break;
      return { kind: 'stream', secret: stream };
    case 'id,stop':
      if (stop !== true || !isId(id)) break;
      return { kind: 'stop', id };
    case 'id,request':
    case 'id,request,session':
      if (!isId(id) || !isSession(session)) break;
      return { kind: 'request', id, request, session };
  }
  throw broken('a frame has other fields than a frame may have');
}

export function isId(id: unknown): id is number {
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0;
}

function isSession(session: unknown): session is string | undefined {
  return session === undefined || (typeof session === 'string' && session.length <= sessionLength);
}
