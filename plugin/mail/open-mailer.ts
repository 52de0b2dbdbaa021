import type { Mailer } from '../contracts/mailer.ts';
import type { MailConfiguration } from '../domain/configuration.ts';
import { openMailFolder } from './mail-folder.ts';
import { openSmtp } from './smtp.ts';

/** Sends mails the way the administrator chose. @throws {Failure} `configuration-missing`, `state-unsafe` of the password. */
export function openMailer({ from, replyTo, way }: MailConfiguration): Mailer {
  const sender = { from, replyTo };
  return way.kind === 'folder' ? openMailFolder(way.path, sender) : openSmtp(way, sender);
}
