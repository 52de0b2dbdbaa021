import type { WrittenMail } from '../contracts/mailer.ts';

export interface Sender {
  readonly from: string;
  readonly replyTo: string | undefined;
}

/**
 * A mail as nodemailer takes it. Its `Message-ID` is the same at every try; machines are asked not to answer
 * (RFC 3834). Whatever is in the texts, a header has one line.
 */
export function compose(mail: WrittenMail, { from, replyTo }: Sender) {
  return {
    from,
    ...(replyTo === undefined ? {} : { replyTo }),
    to: { name: '', address: mail.to },
    subject: oneLine(mail.subject),
    date: mail.at,
    messageId: `<${mail.id}@${domainOf(from)}>`,
    text: mail.text,
    html: mail.html,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': mail.language,
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
}

function domainOf(address: string): string {
  return /@([A-Za-z0-9.-]+)/.exec(address)?.[1] ?? 'localhost';
}
