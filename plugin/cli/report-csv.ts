import type { ProofReport } from '../protocol/proof.ts';

const columns = [
  'account',
  'tier',
  'rpoHours',
  'rtoMinutes',
  'lastGoodAt',
  'isWithinRpo',
  'runs',
  'failedRuns',
  'bytes',
  'growthBytes',
  'damagedPoints',
  'verifiedAt',
  'provenAt',
  'filesProvenAt',
  'lastDrill',
  'drillSeconds',
  'copies',
  'hasOffsite',
] as const;

/** One line for each account (RFC 4180), whatever the language: for spreadsheets and scripts. */
export function toCsv({ accounts }: ProofReport): string {
  const rows = accounts.map((account) => columns.map((column) => toCell(account[column])));
  return [columns, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/** A spreadsheet takes what begins like a formula for one. */
function toCell(value: string | number | boolean | undefined): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
