/**
 * Codes with which somebody who is signed in proves once more to be the owner, before something is deleted. A code is
 * for one session and one thing, is used once, and ends after some minutes or some wrong tries. They live in this
 * process only: after a restart a new one is asked for.
 */
export interface StepUpCodes {
  /**
   * A new code of six digits; an older one for the same is worth nothing any more. Undefined when its owner was given too
   * many within an hour: nobody shall guess on and on, nor fill a mailbox.
   */
  begin(session: string, thing: string, owner: string): string | undefined;
  /** Whether this is the code. It is then used up. */
  redeem(session: string, thing: string, code: string): boolean;
}

export interface StepUpOptions {
  readonly now: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly milliseconds: number;
}

interface Waiting {
  readonly code: string;
  readonly endsAt: number;
  triesLeft: number;
}

const tries = 5;
/** Six codes of five tries each an hour: one in 33,000 that one of them is guessed. */
const codesAnHour = 6;
const hourMilliseconds = 3_600_000;
/** Beyond so many the oldest end: nobody shall fill the memory. */
const most = 10_000;

export function createStepUpCodes({ now, randomBytes, milliseconds }: StepUpOptions): StepUpCodes {
  const waiting = new Map<string, Waiting>();
  const given = new Map<string, number[]>();
  const mayHaveMore = (owner: string): boolean => {
    for (const [one, times] of given) if ((times.at(-1) ?? 0) <= now() - hourMilliseconds) given.delete(one);
    const lately = (given.get(owner) ?? []).filter((at) => at > now() - hourMilliseconds);
    if (lately.length >= codesAnHour) return false;
    given.set(owner, [...lately, now()]);
    return true;
  };
  const keyOf = (session: string, thing: string) => JSON.stringify([session, thing]);
  return {
    begin(session, thing, owner) {
      if (!mayHaveMore(owner)) return undefined;
      const key = keyOf(session, thing);
      waiting.delete(key);
      for (const [oldest] of waiting) if (waiting.size >= most) waiting.delete(oldest);
      const code = sixDigits(randomBytes);
      waiting.set(key, { code, endsAt: now() + milliseconds, triesLeft: tries });
      return code;
    },
    redeem(session, thing, code) {
      const key = keyOf(session, thing);
      const found = waiting.get(key);
      if (found === undefined) return false;
      found.triesLeft -= 1;
      const isOver = now() >= found.endsAt;
      const isRight = !isOver && found.code === code;
      if (isRight || isOver || found.triesLeft <= 0) waiting.delete(key);
      return isRight;
    },
  };
}

/** Numbers that would make some codes likelier are thrown again. */
function sixDigits(randomBytes: StepUpOptions['randomBytes']): string {
  for (;;) {
    const bytes = randomBytes(4);
    const number = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
    if (number < 4_294_000_000) return String(number % 1_000_000).padStart(6, '0');
  }
}
