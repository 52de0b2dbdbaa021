import type { MailMessage } from '../domain/mail.ts';
import type { Language } from '../domain/language.ts';

/** A mail as it leaves. */
export interface WrittenMail {
  /** The same at every try: what reads it twice knows that it is one. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly language: Language;
  readonly at: Date;
}

export interface Mailer {
  /**
   * Resolves when whoever takes it has taken it.
   * @throws {MailProblem} when that failed; it may be tried again unless `isFinal`.
   */
  send(mail: WrittenMail): Promise<void>;
}

/** Why a mail did not leave. Holds no password. */
export class MailProblem extends Error {
  override readonly name = 'MailProblem';
  /** Trying again would come to nothing: the address does not exist. */
  readonly isFinal: boolean;

  constructor(problem: string, isFinal: boolean, options?: { cause: unknown }) {
    super(problem, options);
    this.isFinal = isFinal;
  }
}

/** For whom a mail is written. */
export interface MailReader {
  readonly account: string;
  readonly language: Language;
  readonly timeZone: string;
}

/** Says what a message tells, in the reader's language and time. */
export type WriteMail = (
  message: MailMessage,
  reader: MailReader,
) => Promise<Pick<WrittenMail, 'subject' | 'text' | 'html'>>;
