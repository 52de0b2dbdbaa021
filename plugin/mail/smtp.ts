import { createTransport } from 'nodemailer';
import { MailProblem, type Mailer } from '../contracts/mailer.ts';
import type { SmtpConfiguration } from '../domain/configuration.ts';
import { Failure } from '../domain/failure.ts';
import { readPrivateFile } from '../platform/private-file.ts';
import { compose, type Sender } from './compose.ts';

const patienceMilliseconds = 30_000;

/** Through a mail server. @throws {Failure} `configuration-missing`, `state-unsafe` when its password cannot be read. */
export function openSmtp(server: SmtpConfiguration, sender: Sender): Mailer {
  const transport = createTransport({
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'required',
    ignoreTLS: server.tls === 'none',
    ...(server.user === undefined ? {} : { auth: { user: server.user, pass: readPassword(server.passwordFile) } }),
    connectionTimeout: patienceMilliseconds,
    greetingTimeout: patienceMilliseconds,
    socketTimeout: patienceMilliseconds,
  });
  return {
    async send(mail) {
      try {
        await transport.sendMail(compose(mail, sender));
      } catch (error) {
        throw toProblem(error);
      }
    },
  };
}

function readPassword(file: string | undefined): string {
  const content = file === undefined ? undefined : readPrivateFile(file);
  if (content === undefined) throw new Failure('configuration-missing', { file: file ?? 'mail.password_file' });
  return content.toString('utf8').trimEnd();
}

/** A server's 5xx answer to the address is final (RFC 5321, 4.2.1); all else may go better later. */
function toProblem(cause: unknown): MailProblem {
  const { code, responseCode } = (typeof cause === 'object' && cause !== null ? cause : {}) as {
    readonly code?: unknown;
    readonly responseCode?: unknown;
  };
  const isFinal = code === 'EENVELOPE' && typeof responseCode === 'number' && responseCode >= 500;
  const word = typeof code === 'string' ? code : 'no answer';
  const number = typeof responseCode === 'number' ? ` ${responseCode}` : '';
  return new MailProblem(`the mail server refused it (${word}${number})`, isFinal, { cause });
}
