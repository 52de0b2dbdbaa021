import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { MailProblem, type Mailer } from '../contracts/mailer.ts';
import { replaceFile } from '../platform/atomic-file.ts';
import { compose, type Sender } from './compose.ts';

/** Puts each mail into a folder as one file, whole or not at all; the same mail again is the same file. */
export function openMailFolder(folder: string, sender: Sender): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  return {
    async send(mail) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const { message } = await transport.sendMail(compose(mail, sender));
        const time = mail.at.toISOString().replaceAll(/[-:]/g, '').slice(0, 15);
        await replaceFile(join(folder, `${time}-${mail.id}.eml`), message as Buffer, 0o600);
      } catch (cause) {
        throw new MailProblem('the mail could not be written to its folder', false, { cause });
      }
    },
  };
}
