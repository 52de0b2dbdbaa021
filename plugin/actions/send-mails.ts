import type { Log } from '../contracts/log.ts';
import { MailProblem, type Mailer, type WriteMail } from '../contracts/mailer.ts';
import type { WaitingMail } from '../contracts/outbox.ts';
import type { Account } from '../domain/account.ts';
import { isHostMessage } from '../domain/mail.ts';
import { planMailRetry } from '../domain/plan-mail-retry.ts';
import { languageFor } from './account-settings.ts';
import { knownAccounts } from './find-account.ts';
import { codeMinutes } from './own-backups.ts';
import type { Services } from './services.ts';

export interface Postbox {
  readonly services: Services;
  readonly mailer: Mailer;
  readonly write: WriteMail;
  readonly log: Log;
}

/** While a mail is on its way nobody else takes it; when this process dies then, it is sent again, as the same mail. */
const holdMilliseconds = 5 * 60_000;

/** Sends every mail that is due, one after another. @returns how many left. */
export async function sendMails(postbox: Postbox): Promise<number> {
  const { outbox, clock } = postbox.services;
  let sent = 0;
  for (;;) {
    const mail = await outbox.claim(clock.now(), holdMilliseconds);
    if (mail === undefined) return sent;
    if (await sendOne(postbox, mail)) sent += 1;
  }
}

async function sendOne(postbox: Postbox, mail: WaitingMail): Promise<boolean> {
  const { services, log } = postbox;
  const { outbox, clock } = services;
  try {
    await deliver(postbox, mail);
    await outbox.markSent(mail.id, clock.now());
    log.info('mail-sent', { mail: mail.id, kind: mail.message.kind });
    return true;
  } catch (error) {
    if (!(error instanceof MailProblem)) throw error;
    const nextAt = planMailRetry(mail.attempts, error.isFinal, clock.now());
    await outbox.markFailed(mail.id, error.message, nextAt, clock.now());
    log.warn('mail-not-sent', { mail: mail.id, kind: mail.message.kind, attempts: mail.attempts, nextAt, error });
    return false;
  }
}

async function deliver({ services, mailer, write }: Postbox, { id, generation, message, createdAt }: WaitingMail) {
  const at = createdAt;
  if (isHostMessage(message)) {
    const { to, language, server } = message;
    const reader = { account: server, language, timeZone: services.configuration.schedule.timeZone };
    return mailer.send({ id, to, language, at, ...(await write(message, reader)) });
  }
  const account = await findByGeneration(services, generation);
  if (account?.email === undefined) throw new MailProblem('the account has no address', true);
  const isOver = message.kind === 'delete-code' && ageOf(services, createdAt) > codeMinutes * 60_000;
  if (isOver) throw new MailProblem('the code is no longer worth anything', true);
  const settings = await services.settings.load(generation);
  const language = languageFor(account, settings);
  const timeZone = settings.timeZone ?? services.configuration.schedule.timeZone;
  const written = await write(message, { account: account.name, language, timeZone });
  await mailer.send({ id, to: account.email, language, at, ...written });
}

function ageOf({ clock }: Services, time: Date): number {
  return clock.now().getTime() - time.getTime();
}

async function findByGeneration(services: Services, generation: string): Promise<Account | undefined> {
  return (await knownAccounts(services)).find((account) => account.generation === generation);
}
