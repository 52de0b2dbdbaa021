import type { Log } from '../contracts/log.ts';

/** Mails that leave by themselves. */
export interface PostRounds {
  /** Something may wait. */
  wake(): void;
  /** Ends after the round that is under way. */
  stop(): Promise<void>;
}

export interface PostOptions {
  /** Sends what is due. */
  readonly send: () => Promise<unknown>;
  readonly pollMilliseconds: number;
  readonly log: Log;
}

/** One round at a time: now, whenever somebody wakes it, and every so often. */
export function startPost({ send, pollMilliseconds, log }: PostOptions): PostRounds {
  let round: Promise<void> | undefined;
  let isWanted = false;
  let isStopped = false;
  const turn = async (): Promise<void> => {
    while (isWanted && !isStopped) {
      isWanted = false;
      try {
        await send();
      } catch (error) {
        log.error('mails-not-sent', { error }); // they wait in the metadata
      }
    }
  };
  const wake = (): void => {
    isWanted = true;
    round ??= turn().finally(() => (round = undefined));
  };
  const timer = setInterval(wake, pollMilliseconds);
  wake();
  return {
    wake,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await round;
    },
  };
}
