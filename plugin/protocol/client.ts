import type { Channel } from './channel.ts';
import { ClientConnection } from './client-connection.ts';
import type { Hello } from './hello.ts';
import type { Answer, Performer } from './requests.ts';

/** A connection to the worker, over which requests are performed as if here. */
export interface ConnectedPerformer {
  readonly hello: Hello;
  readonly performer: Performer;
  /** Performs for whoever holds the session; only on the web socket. */
  readonly withSession: (session: string) => Performer;
  /** Fires when the connection has ended: then nothing can be asked over it any more. */
  readonly ended: AbortSignal;
  /** What is still open fails as `interrupted`. */
  readonly close: () => void;
}

/**
 * Connects and waits for the greeting.
 * @param connect makes a connection: the first one, and one more for each download.
 * @throws {Failure} what `connect` throws; `busy`; `protocol-broken` when the server does not speak as it should.
 */
export async function connectPerformer(connect: () => Promise<Channel>): Promise<ConnectedPerformer> {
  const connection = await ClientConnection.open(await connect());
  const withSession = (session: string | undefined): Performer => ({
    async perform(request, onProgress, signal) {
      const answer = await connection.perform(request, { session, onProgress, signal });
      return answer as Answer<typeof request.kind>;
    },
    async download(request, sink, signal) {
      const { performDownload } = await import('./client-download.ts');
      return performDownload({ connection, connect, session }, request, sink, signal);
    },
  });
  return {
    hello: connection.hello,
    performer: withSession(undefined),
    withSession,
    ended: connection.ended,
    close: () => connection.close(),
  };
}
