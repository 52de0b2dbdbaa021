import type { Formats } from '../../domain/formats.ts';
import type { PassphraseReport } from '../../protocol/passphrase.ts';

export interface PassphrasePage {
  readonly isOn: boolean;
  /** Whether one can be set: the host keeps archives. */
  readonly isPossible: boolean;
  readonly since: string | undefined;
  readonly hostCanRecover: boolean;
  readonly sealed: { readonly count: number; readonly newest: string | undefined };
  /** What the host can still read; undefined when that is nothing. */
  readonly readable: { readonly count: number; readonly until: string | undefined } | undefined;
  /** What follows from it, as keys of sentences, the gravest first. */
  readonly follows: readonly string[];
}

export function presentPassphrase(report: PassphraseReport, formats: Formats): PassphrasePage {
  const { isOn, destination, since, hostCanRecover, sealed, readable } = report;
  return {
    isOn,
    isPossible: destination !== undefined,
    since: since === undefined ? undefined : formats.date(since, 'weekdayTime'),
    hostCanRecover,
    sealed: {
      count: sealed.count,
      newest: sealed.newestAt === undefined ? undefined : formats.date(sealed.newestAt, 'weekdayTime'),
    },
    readable:
      readable.count === 0
        ? undefined
        : {
            count: readable.count,
            until: readable.until === undefined ? undefined : formats.date(readable.until, 'full'),
          },
    follows: [hostCanRecover ? 'recover' : 'loss', 'support', 'proof', 'restore', 'place', 'older', 'live'],
  };
}
