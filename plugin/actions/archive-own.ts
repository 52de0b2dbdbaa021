/** Archives of accounts with a passphrase of their own: they are the account's backups, and are recorded as such. */
import type { Account } from '../domain/account.ts';
import { emptyCoverage } from '../domain/coverage.ts';
import { tellFailure } from '../domain/carried-failure.ts';
import { isFailure } from '../domain/failure.ts';
import type { ArchiveReport } from '../protocol/archives.ts';
import type { BackupReport } from '../protocol/requests.ts';
import type { Performing, Services } from './services.ts';

/** Makes an archive, and notes how it went where alerts and reports look for backups. @throws what `archive` throws. */
export async function recordedAsBackup(
  services: Services,
  account: Account,
  archive: () => Promise<ArchiveReport>,
): Promise<ArchiveReport> {
  const startedAt = services.clock.now();
  try {
    const made = await archive();
    await addRun(services, account, startedAt, { made });
    return made;
  } catch (error) {
    if (isFailure(error)) await addRun(services, account, startedAt, { failureCode: error.code });
    throw error;
  }
}

interface Ended {
  readonly made?: ArchiveReport;
  readonly failureCode?: string;
}

async function addRun(
  services: Services,
  account: Account,
  startedAt: Date,
  { made, failureCode }: Ended,
): Promise<void> {
  await services.records.addRun({
    generation: account.generation,
    destination: services.archives.destination ?? '',
    kind: 'nightly',
    startedAt,
    finishedAt: services.clock.now(),
    snapshotId: undefined,
    failureCode,
    filesTotal: made?.files ?? 0,
    bytesTotal: made?.bytes ?? 0,
    bytesAdded: made?.storedBytes ?? 0,
    skipped: made?.skipped ?? 0,
  });
}

/** A backup that somebody asked for: an archive, with all that the account has. How it went is in the report. */
export async function backUpIntoArchive(performing: Performing, account: Account): Promise<BackupReport> {
  const { services } = performing;
  const startedAt = services.clock.now();
  const begun = services.clock.elapsedMilliseconds();
  const { archiveAccounts } = await import('./archive-accounts.ts');
  const about = (): Pick<BackupReport, 'account' | 'startedAt' | 'seconds' | 'coverage'> => ({
    account: account.name,
    startedAt: startedAt.toISOString(),
    seconds: (services.clock.elapsedMilliseconds() - begun) / 1000,
    coverage: emptyCoverage,
  });
  try {
    const { archives } = await archiveAccounts(performing, { account: account.name, full: false }, true);
    return { ...about(), ...toResult(archives[0]) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { ...about(), ...toResult(undefined), failure: tellFailure(error) };
  }
}

type Result = Omit<BackupReport, 'account' | 'startedAt' | 'seconds' | 'coverage'>;

const nothing = { files: 0, bytes: 0, databases: 0, filesChanged: 0, bytesRead: 0, bytesAdded: 0 };

function toResult(made: ArchiveReport | undefined): Result {
  if (made === undefined) return { outcome: 'failed', failure: undefined, snapshotId: undefined, ...nothing };
  const { archive, files, bytes, databases, filesHere, bytesHere, storedBytes, skipped } = made;
  return {
    outcome: skipped > 0 ? 'incomplete' : 'done',
    failure: undefined,
    snapshotId: archive,
    files,
    bytes,
    databases,
    filesChanged: filesHere,
    bytesRead: bytesHere,
    bytesAdded: storedBytes,
  };
}
