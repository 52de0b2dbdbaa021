import type { AccountLine } from '../../protocol/requests.ts';
import type { Command } from '../command.ts';
import type { Page } from '../page.ts';
import { renderTable } from '../table.ts';

export const accountsCommand: Command = {
  name: 'accounts',
  usage: '',
  arguments: { least: 0, most: 0 },
  options: [],
  account: 'none',
  audience: 'administrator',
  run: async (_, { page, perform }) => {
    const answer = await perform<'accounts'>({ kind: 'accounts' });
    const notes = answer.accounts.length === 0 ? [page.texts.say('accounts.none')] : [];
    return { schema: 'larder/accounts/1', answer, exitCode: 0, lines: describe(answer.accounts, page), notes };
  },
};

function describe(accounts: readonly AccountLine[], page: Page): readonly string[] {
  const { texts } = page;
  const columns = [
    { title: texts.say('column.account'), colour: 'bold' },
    { title: texts.say('column.uid'), side: 'right' },
    { title: texts.say('column.size'), side: 'right' },
    { title: texts.say('column.databases'), side: 'right' },
    { title: texts.say('column.lastBackup') },
    { title: texts.say('column.proven') },
    { title: texts.say('column.home'), colour: 'grey' },
  ] as const;
  return renderTable(
    columns,
    accounts.map((account) => toRow(account, page)),
    page.paint,
  );
}

function toRow(account: AccountLine, page: Page): string[] {
  const { lastBackupAt, lastSizeBytes } = account;
  const last = lastBackupAt === undefined ? page.texts.say('accounts.never') : page.ago(lastBackupAt);
  return [
    account.name,
    String(account.uid),
    lastSizeBytes === undefined ? '–' : page.size(lastSizeBytes),
    page.number(account.databases),
    last,
    describeProven(account, page),
    account.home,
  ];
}

function describeProven({ provenAt, filesProvenAt }: AccountLine, page: Page): string {
  if (filesProvenAt !== undefined) return page.texts.say('accounts.filesOnly', { ago: page.ago(filesProvenAt) });
  return provenAt === undefined ? '–' : page.ago(provenAt);
}
