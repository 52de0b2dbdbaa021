import type { MailboxesReport } from '../../plugin/protocol/mailboxes.ts';
import { newest, pathBytes } from './recorded-points.ts';

export const recordedMailboxes: MailboxesReport = {
  account: 'maria',
  point: newest,
  total: 1,
  mailboxes: [
    {
      path: pathBytes('mail/example.gr/info'),
      address: 'info@example.gr',
      messages: 12,
      bytes: 340_000,
      messagesNow: 10,
      isGone: false,
      missing: 3,
      newer: 1,
    },
  ],
};
