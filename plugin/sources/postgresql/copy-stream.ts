/** `COPY` over a connection of pg, which knows queries only: https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-COPY */
import type { Connection, Submittable } from 'pg';

/** What pg calls while a query runs. */
interface CopyConnection {
  readonly stream: { pause(): void; resume(): void; readonly writableNeedDrain: boolean } & NodeJS.EventEmitter;
  query(text: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

const batchBytes = 131_072;
const mostWaiting = 8;

/** Rows as they come, many in one piece. Each ends with an end of line, and none has one within. */
export class CopyOut implements Submittable {
  readonly #sql: string;
  readonly #explain: (error: unknown) => Error;
  #connection: CopyConnection | undefined;
  #waiting: Buffer[] = [];
  #batch = Buffer.allocUnsafe(batchBytes);
  #used = 0;
  #end: { readonly error: Error | undefined } | undefined;
  #wake: () => void = () => undefined;
  /** So far. */
  rows = 0;

  constructor(sql: string, explain: (error: unknown) => Error) {
    this.#sql = sql;
    this.#explain = explain;
  }

  /** To be read to its end: the connection waits for it. @throws {SqlError} */
  async *content(): AsyncGenerator<Buffer, void> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        if (this.#waiting.length === 0) this.#connection?.stream.resume();
        yield next;
      } else if (this.#end !== undefined) {
        if (this.#end.error !== undefined) throw this.#end.error;
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }

  submit(connection: Connection): void {
    this.#connection = connection as unknown as CopyConnection;
    this.#connection.query(this.#sql);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.rows += 1;
    if (this.#used + chunk.length > this.#batch.length) this.#flush();
    if (chunk.length > this.#batch.length) this.#push(Buffer.from(chunk));
    else this.#used += chunk.copy(this.#batch, this.#used);
  }

  #flush(): void {
    if (this.#used === 0) return;
    this.#push(this.#batch.subarray(0, this.#used));
    this.#batch = Buffer.allocUnsafe(batchBytes);
    this.#used = 0;
  }

  #push(bytes: Buffer): void {
    this.#waiting.push(bytes);
    if (this.#waiting.length >= mostWaiting) this.#connection?.stream.pause();
    this.#wake();
  }

  handleCommandComplete(): void {
    this.#flush();
  }

  handleError(error: unknown): void {
    this.#finish(this.#explain(error));
  }

  handleReadyForQuery(): void {
    this.#finish(undefined);
  }

  #finish(error: Error | undefined): void {
    this.#end ??= { error };
    this.#wake();
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
}

/** Sends rows. A statement that wants none is an error, and one that sends rows back is not listened to. */
export class CopyIn implements Submittable {
  readonly #sql: string;
  readonly #content: AsyncIterable<Uint8Array>;
  readonly done: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #isAsked = false;
  #problem: unknown;

  constructor(sql: string, content: AsyncIterable<Uint8Array>) {
    this.#sql = sql;
    this.#content = content;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    (connection as unknown as CopyConnection).query(this.#sql);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    if (this.#isAsked) connection.sendCopyFail('no more rows');
    else void this.#send(connection);
    this.#isAsked = true;
  }

  async #send(connection: CopyConnection): Promise<void> {
    try {
      for await (const chunk of this.#content) {
        if (this.#problem !== undefined) break;
        connection.sendCopyFromChunk(chunk);
        if (connection.stream.writableNeedDrain) await drained(connection);
      }
      connection.endCopyFrom();
    } catch (error) {
      this.#problem ??= error;
      connection.sendCopyFail('the rows cannot be read');
    }
  }

  handleError(error: unknown): void {
    this.#problem ??= error;
    this.#reject(this.#problem);
  }

  handleReadyForQuery(): void {
    if (this.#problem !== undefined) this.#reject(this.#problem);
    else if (this.#isAsked) this.#resolve();
    else this.#reject(new Error('the server took no rows'));
  }

  handleCommandComplete(): void {}
  handleCopyData(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
}

function drained({ stream }: CopyConnection): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      stream.off('drain', go).off('close', go);
      resolve();
    };
    stream.once('drain', go).once('close', go);
  });
}
