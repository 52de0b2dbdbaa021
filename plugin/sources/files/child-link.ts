import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { WriteReport } from '../../contracts/tree-writer.ts';
import { AnswerReader, plainText, type WriterAnswer } from './writer-answers.ts';

/** So much goes out at once: waking the child for less costs more than it gains. */
const bufferBytes = 256 * 1024;
/** So far the parent may be ahead: what is slow for the one is often quick for the other. */
const mostBuffers = 8;
const keptErrorText = 2048;

/** A process with the three streams that a writer has. */
export type WriterProcess = ChildProcess & { stdin: Writable; stdout: Readable; stderr: Readable };

/**
 * The connection to a writer child: bytes go out in buffers that are used again, answers come back. Whoever waits is
 * told when the child ended, spoke nonsense, or did nothing for too long; it is killed then.
 */
export class ChildLink {
  readonly #child: WriterProcess;
  readonly #stallMilliseconds: number;
  readonly #answers = new AnswerReader();
  readonly #free: Buffer<ArrayBuffer>[] = [];
  #made = 0;
  /** What was sent did not leave at once: the event loop hands it over. */
  #mustYield = false;
  #filling: Buffer<ArrayBuffer> | undefined;
  #filled = 0;
  #errorText = '';
  #wake = (): void => {};
  #hasExited = false;
  isReady = false;
  report: WriteReport | undefined;
  /** Why nothing more can be done. */
  problem: string | undefined;

  constructor(child: WriterProcess, stallMilliseconds: number) {
    this.#child = child;
    this.#stallMilliseconds = stallMilliseconds;
    child.stdin.on('error', () => {}); // the child's end tells more
    child.on('error', (error) => this.#stop(`it cannot be started: ${error.message}`));
    child.on('exit', () => {
      this.#hasExited = true;
      this.#wake();
    });
    child.on('close', (code, signal) => this.#stop(this.#describeEnd(code, signal)));
    child.stdout.on('data', (bytes: Buffer) => this.#take(bytes));
    child.stderr.on('data', (bytes: Buffer) => this.#keepErrorText(bytes));
  }

  /** All that was handed over has left: the child takes things as fast as they come. */
  get hasRoom(): boolean {
    return this.#child.stdin.writableLength === 0;
  }

  /** Copies the bytes. @returns what to wait for before the next call, where there is anything to wait for. */
  send(bytes: Buffer): Promise<void> | undefined {
    const copied = this.#copy(bytes);
    if (this.problem !== undefined) return Promise.reject(new Error(this.problem));
    if (copied < bytes.length) return this.#sendLater(bytes.subarray(copied));
    return this.#mustYield ? this.#yield() : undefined;
  }

  /** Hands over what was copied so far. */
  flush(): void {
    const buffer = this.#filling;
    if (buffer === undefined) return;
    const bytes = buffer.subarray(0, this.#filled);
    this.#filling = undefined;
    this.#filled = 0;
    const { stdin } = this.#child;
    stdin.write(bytes, (error) => {
      this.#free.push(buffer);
      if (!error) this.#wake();
    });
    this.#mustYield = stdin.writableLength > 0;
  }

  /** @throws {Error} with `problem` as its message. */
  async until(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      if (this.problem === undefined && !(await this.#hearsSomething(this.#stallMilliseconds))) {
        this.#stop(`it did nothing for ${Math.round(this.#stallMilliseconds / 1000)} seconds`);
      }
      if (this.problem !== undefined) throw new Error(this.problem);
    }
  }

  /** Lets the child end by itself, then makes it end. */
  async end(graceMilliseconds: number): Promise<void> {
    this.problem ??= 'it was closed';
    this.#child.stdin.end();
    while (!this.#hasExited && this.#child.pid !== undefined) {
      if (!(await this.#hearsSomething(graceMilliseconds)) && !this.#child.kill('SIGKILL')) return;
    }
  }

  /** @returns how many of the bytes found room. */
  #copy(bytes: Buffer): number {
    let copied = 0;
    while (copied < bytes.length) {
      const buffer = (this.#filling ??= this.#freeBuffer());
      if (buffer === undefined) break;
      const length = Math.min(bytes.length - copied, buffer.length - this.#filled);
      bytes.copy(buffer, this.#filled, copied, copied + length); // `set` is slow where the bytes are shared memory
      copied += length;
      this.#filled += length;
      if (this.#filled === buffer.length) this.flush();
    }
    return copied;
  }

  #freeBuffer(): Buffer<ArrayBuffer> | undefined {
    const free = this.#free.pop();
    if (free !== undefined || this.#made === mostBuffers) return free;
    this.#made++;
    return Buffer.allocUnsafeSlow(bufferBytes);
  }

  async #sendLater(bytes: Buffer): Promise<void> {
    await this.until(() => this.#free.length > 0);
    await this.send(bytes);
  }

  async #yield(): Promise<void> {
    this.#mustYield = false;
    await setImmediate();
  }

  #take(bytes: Buffer): void {
    try {
      for (const answer of this.#answers.read(bytes)) this.#apply(answer);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#stop(`it gave an answer that makes no sense (${error.message})`);
    }
    this.#wake();
  }

  #apply(answer: WriterAnswer): void {
    switch (answer.kind) {
      case 'ready':
        this.isReady = true;
        return;
      case 'alive':
        return;
      case 'failed':
        return this.#stop(`it failed: ${answer.problem}`);
      case 'report':
        this.report = answer.report;
    }
  }

  /** The first reason stays. */
  #stop(problem: string): void {
    this.problem ??= problem;
    this.#child.kill('SIGKILL');
    this.#child.stdin.destroy();
    this.#wake();
  }

  #keepErrorText(bytes: Buffer): void {
    this.#errorText = (this.#errorText + bytes.toString('latin1')).slice(0, keptErrorText);
  }

  #describeEnd(code: number | null, signal: string | null): string {
    const how = signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`;
    const said = plainText(this.#errorText).trim();
    return said === '' ? how : `${how}: ${said}`;
  }

  /** @returns false when nothing happened for so long. */
  #hearsSomething(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
