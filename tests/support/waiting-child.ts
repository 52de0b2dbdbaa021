import type { Errand, WorkChild } from '../../plugin/contracts/work-child.ts';
import { Failure } from '../../plugin/domain/failure.ts';

/** A child in this process whose errands end when the test says so. */
export class WaitingChild implements WorkChild {
  isAlive = true;
  errand: Errand | undefined;
  #settle: { resolve(answer: unknown): void; reject(error: unknown): void } | undefined;

  perform(errand: Errand): Promise<unknown> {
    this.errand = errand;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      errand.signal.addEventListener('abort', () => reject(new Failure('cancelled', { action: 'errand' })));
    });
  }

  answer(answer: unknown): void {
    this.errand = undefined;
    this.#settle?.resolve(answer);
  }

  fail(error: unknown): void {
    this.errand = undefined;
    this.#settle?.reject(error);
  }

  die(): void {
    this.isAlive = false;
    this.fail(new Failure('interrupted', { action: 'the request', after: 'its process ended early' }));
  }

  kill(): Promise<void> {
    if (this.isAlive) this.die();
    return Promise.resolve();
  }
}

/** An errand that nobody listens to. */
export function plainErrand(more: Partial<Errand> = {}): Errand {
  return {
    request: {},
    generation: undefined,
    jobId: undefined,
    signal: new AbortController().signal,
    onProgress: () => {},
    sink: undefined,
    ...more,
  };
}
