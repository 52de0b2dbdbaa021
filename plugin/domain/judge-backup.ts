/** How a backup compares with those before it. */
export interface BackupSize {
  readonly files: number;
  readonly bytes: number;
}

export type SizeJudgement = 'usual' | 'unusually-large' | 'unusually-small' | 'count-drop';

/** Fewer say nothing about what is usual. */
const leastHistory = 3;
const largest = 3;
const smallest = 1 / 3;
const fewest = 1 / 2;
/** What is small may change as it likes. */
const smallBytes = 50_000_000;
const smallFiles = 200;

/**
 * Whether a backup is as large as the account's last ones were, of which the middle counts: ransomware, a home that was
 * not mounted or a runaway log look like this.
 */
export function judgeBackup(history: readonly BackupSize[], backup: BackupSize): SizeJudgement {
  if (history.length < leastHistory) return 'usual';
  const files = median(history.map((size) => size.files));
  const bytes = median(history.map((size) => size.bytes));
  if (files >= smallFiles && backup.files < files * fewest) return 'count-drop';
  if (bytes >= smallBytes && backup.bytes < bytes * smallest) return 'unusually-small';
  if (backup.bytes >= smallBytes && backup.bytes > Math.max(bytes, 1) * largest) return 'unusually-large';
  return 'usual';
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
