/** What is asked and told of an account's own passphrase. It travels over the account's socket or session, and is kept nowhere. */
import type { PathBytes, RestoreReport } from './requests.ts';

export type PassphraseRequest =
  /** Whether the account has one, and what follows from it. */
  | { readonly kind: 'passphrase'; readonly account: string }
  /** From now on backups are archives that only the passphrase opens; with `hostCanRecover` the host's offline keys, too. */
  | {
      readonly kind: 'set-passphrase';
      readonly account: string;
      readonly passphrase: string;
      readonly hostCanRecover: boolean;
    }
  | {
      readonly kind: 'change-passphrase';
      readonly account: string;
      readonly passphrase: string;
      readonly newPassphrase: string;
    }
  /** From now on backups are as everybody's. Archives that are sealed stay so. */
  | { readonly kind: 'remove-passphrase'; readonly account: string }
  /** Brings paths of an archive into a folder of the home that is not there yet. */
  | {
      readonly kind: 'restore-sealed';
      readonly account: string;
      readonly point: string;
      readonly paths: readonly PathBytes[];
      /** The folder; undefined: `restored-` and the archive's moment. */
      readonly to: PathBytes | undefined;
      readonly dryRun: boolean;
      readonly passphrase: string;
    };

export interface PassphraseAnswers {
  passphrase: PassphraseReport;
  'set-passphrase': PassphraseReport;
  'change-passphrase': PassphraseReport;
  'remove-passphrase': PassphraseReport;
  'restore-sealed': RestoreReport;
}

export interface PassphraseReport {
  readonly account: string;
  readonly isOn: boolean;
  /** Since when; of one that was removed undefined. */
  readonly since: string | undefined;
  readonly hostCanRecover: boolean;
  /** Where archives go; undefined: nowhere, so that no passphrase can be set. */
  readonly destination: string | undefined;
  /** Archives that only the passphrase opens. */
  readonly sealed: { readonly count: number; readonly newestAt: string | undefined };
  /** Older backups, and archives, that the host can still read; only counted while a passphrase is set. */
  readonly readable: {
    readonly count: number;
    /** When the last of them goes, by the rotation as it is now; undefined: no day is known, or there are none. */
    readonly until: string | undefined;
  };
}
