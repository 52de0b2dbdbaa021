import type { JobLine } from '../protocol/jobs.ts';
import type { Progress } from '../protocol/requests.ts';
import type { Page } from './page.ts';
import { renderProgress } from './render-progress.ts';
import type { Advance } from './render-progress.ts';

interface Settings {
  readonly page: Page;
  readonly elapsedMilliseconds: () => number;
  readonly draw: (line: string) => void;
}

const redrawMilliseconds = 100;
const windowMilliseconds = 10_000;

/** Turns progress into a line that is drawn at most ten times a second. */
export function createProgress({ page, elapsedMilliseconds, draw }: Settings): (progress: Progress) => void {
  const tally = createTally();
  let samples: readonly Sample[] = [];
  let drawnAt = -Infinity;
  return (progress) => {
    tally.add(progress);
    const now = elapsedMilliseconds();
    if (now - drawnAt < redrawMilliseconds) return;
    drawnAt = now;
    samples = [...samples.filter(({ at }) => now - at <= windowMilliseconds), { at: now, bytes: tally.bytes() }];
    draw(renderProgress({ ...tally.standing(), bytesPerSecond: rateOf(samples) }, page));
  };
}

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

function rateOf(samples: readonly Sample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < 1000) return undefined;
  return Math.max(0, ((last.bytes - first.bytes) / (last.at - first.at)) * 1000);
}

function createTally() {
  const active = new Map<string, Advance>();
  let bytesDone = 0;
  let accountsDone = 0;
  let isMany = false;
  let job: JobLine | undefined;
  const finish = (account: string) => {
    bytesDone += active.get(account)?.bytes ?? 0;
    accountsDone += 1;
    active.delete(account);
  };
  return {
    add: (progress: Progress) => {
      if (progress.kind === 'advance') active.set(progress.account, progress);
      else if (progress.kind === 'job') job = progress.job;
      else isMany = true;
      if (progress.kind === 'account-finished') finish(progress.report.account);
    },
    bytes: () => bytesDone + [...active.values()].reduce((sum, { bytes }) => sum + bytes, 0),
    standing: () => ({ active: [...active.values()], accountsDone, isMany, job }),
  };
}
