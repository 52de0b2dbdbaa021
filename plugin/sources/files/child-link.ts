import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { WriteReport } from '../../contracts/tree-writer.ts';
import { AnswerReader, plainText, type WriterAnswer } from './writer-answers.ts';

const bufferBytes = 256 * 1024;
const bufferCount = 4;
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
  readonly #free = Array.from({ length: bufferCount }, () => Buffer.allocUnsafeSlow(bufferBytes));
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

  /** Copies the bytes. Waits only when the child is behind by all buffers. */
  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const buffer = (this.#filling ??= this.#free.pop());
      if (buffer === undefined) {
        await this.until(() => this.#free.length > 0);
        continue;
      }
      const length = Math.min(bytes.length - at, buffer.length - this.#filled);
      buffer.set(bytes.subarray(at, at + length), this.#filled);
      at += length;
      this.#filled += length;
      if (this.#filled === buffer.length) this.flush();
    }
    if (this.problem !== undefined) throw new Error(this.problem);
  }

  /** Hands over what was copied so far. */
  flush(): void {
    const buffer = this.#filling;
    if (buffer === undefined) return;
    const bytes = buffer.subarray(0, this.#filled);
    this.#filling = undefined;
    this.#filled = 0;
    this.#child.stdin.write(bytes, (error) => {
      this.#free.push(buffer);
      if (!error) this.#wake();
    });
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
