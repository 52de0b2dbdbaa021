import type { MailMessage, NewMail } from '../domain/mail.ts';
import type { Generation } from '../domain/ids.ts';

/**
 * Mails that wait, in the metadata database, so that a crash loses none. One that was claimed is due again when its
 * holder has not told in time how it ended. Those of other servers stay out of sight.
 * @throws {Failure} `metadata-unreachable`, everywhere.
 */
export interface Outbox {
  /** @returns false, adding nothing, when there was a mail with this key already, in whatever state. */
  add(mail: NewMail, now: Date): Promise<boolean>;
  /** Whether there was a mail with this key already, in whatever state. */
  has(uniqueKey: string): Promise<boolean>;
  /** Of any number of claimers at once, one gets a mail. Oldest first. */
  claim(now: Date, holdMilliseconds: number): Promise<WaitingMail | undefined>;
  markSent(id: string, now: Date): Promise<void>;
  /** It is tried again then; `undefined`: never. */
  markFailed(id: string, problem: string, nextAt: Date | undefined, now: Date): Promise<void>;
  /** Forgets mails that ended before. */
  removeEndedBefore(time: Date): Promise<void>;
}

export interface WaitingMail {
  /** 32 hex digits; the same at every try. */
  readonly id: string;
  readonly generation: Generation;
  readonly message: MailMessage;
  readonly createdAt: Date;
  /** Which try this is, from 1. */
  readonly attempts: number;
}
