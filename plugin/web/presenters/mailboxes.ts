import { showName } from '../../domain/show-name.ts';
import type { DraftReport } from '../../protocol/drafts.ts';
import type { MailboxesReport, MailboxLine } from '../../protocol/mailboxes.ts';
import { showWhole, toAddress, visible } from '../paths.ts';
import { chosenIn, type Row } from './folder.ts';

export interface MailboxRow {
  /** For addresses and forms. */
  readonly path: string;
  /** Undefined: the account's own. */
  readonly address: string | undefined;
  readonly folder: string;
  readonly messages: number;
  readonly messagesNow: number | undefined;
  readonly bytes: number;
  readonly mark: 'gone' | 'missing' | 'whole' | 'unknown';
  readonly missing: number;
  readonly newer: number;
  readonly chosen: Row['chosen'];
}

export interface Mailboxes {
  readonly rows: readonly MailboxRow[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
}

export const mailboxesOnPage = 50;

export function presentMailboxes(
  { total, mailboxes }: MailboxesReport,
  draft: Pick<DraftReport, 'paths' | 'except'> | undefined,
  page: number,
): Mailboxes {
  return {
    rows: mailboxes.map((line) => toRow(line, draft)),
    total,
    page,
    pages: Math.max(1, Math.ceil(total / mailboxesOnPage)),
  };
}

function toRow(line: MailboxLine, draft: Pick<DraftReport, 'paths' | 'except'> | undefined): MailboxRow {
  const { path, address, messages, messagesNow, bytes, missing = 0, newer = 0 } = line;
  return {
    path: toAddress(path),
    address: address === undefined ? undefined : visible(showName(address)),
    folder: showWhole(path),
    messages,
    messagesNow,
    bytes,
    mark: markOf(line),
    missing,
    newer,
    chosen: chosenIn(draft, path),
  };
}

function markOf({ isGone, missing }: MailboxLine): MailboxRow['mark'] {
  if (isGone) return 'gone';
  if (missing === undefined) return 'unknown';
  return missing > 0 ? 'missing' : 'whole';
}
