import type { ArchiveOutcome } from '../contracts/archive-pool.ts';
import type { RunRecord } from '../contracts/records.ts';
import type { Account } from '../domain/account.ts';
import { countSkipped, emptyCoverage } from '../domain/coverage.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { parseSnapshotId } from '../domain/ids.ts';
import type { BackupReport, Progress } from '../protocol/requests.ts';
import { databaseOrders, redisOf } from './account-databases.ts';
import { ensureRepository, findRepository, masterKeyBytes, type AccountRepository } from './account-repository.ts';
import { warnOfCatalog } from './keep-catalog.ts';
import { refuseForOwnKey } from './own-key.ts';
import { makeTags, type PointKind } from './point-tags.ts';
import { catalogFolder, primaryDestination, type Services } from './services.ts';
import { lookOrder, verifyNewPoint } from './verify-new-point.ts';

export interface BackupOrder {
  readonly account: Account;
  readonly kind: Exclude<PointKind, 'before-restore'>;
  /** Components below the home; empty for all of it, and for databases alone. */
  readonly paths: readonly (readonly Buffer[])[];
  readonly label: string | undefined;
  /** How the last one went, to tell how far this one is. */
  readonly expected: Pick<RunRecord, 'filesTotal' | 'bytesTotal'> | undefined;
}

/**
 * Backs one account up and records how it went. A failure is an outcome, not an exception, because the next account's
 * turn comes all the same; only a bug throws.
 */
export async function backUpAccount(
  services: Services,
  order: BackupOrder,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<BackupReport> {
  const startedAt = services.clock.now();
  const begun = services.clock.elapsedMilliseconds();
  onProgress({ kind: 'account-started', account: order.account.name });
  const result = await attempt(services, order, onProgress, signal);
  const seconds = (services.clock.elapsedMilliseconds() - begun) / 1000;
  const report = { ...result, account: order.account.name, startedAt: startedAt.toISOString(), seconds };
  await recordRun(services, order, report);
  onProgress({ kind: 'account-finished', report });
  return report;
}

type Result = Omit<BackupReport, 'account' | 'startedAt' | 'seconds'>;

async function attempt(
  services: Services,
  order: BackupOrder,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Result> {
  try {
    signal.throwIfAborted();
    await refuseForOwnKey(services, order.account, 'larder archive');
    const repository = await ensureRepository(services, order.account);
    const outcome = await archive(services, { ...order, repository }, onProgress, signal);
    await refuseReplaced(services, repository);
    await verifyNewPoint(services, repository, outcome);
    warnOfCatalog(services, order.account.name, outcome.catalogFailure);
    return succeeded(outcome);
  } catch (error) {
    if (isFailure(error)) return failed(error.code, { ...error.facts });
    if (signal.aborted) return failed('cancelled', { action: 'backup' });
    throw error;
  }
}

/**
 * Between finding the repository and locking it, another may have taken its place (`larder keys renew`) and that have been
 * killed before it could lock this one for good: then what was backed up lies where nobody looks.
 * @throws {Failure} `repository-locked`.
 */
async function refuseReplaced(services: Services, { account, repositoryId }: AccountRepository): Promise<void> {
  if ((await findRepository(services, account)).repositoryId === repositoryId) return;
  const since = services.clock.now().toISOString();
  throw new Failure('repository-locked', { holder: 'larder keys renew', since });
}

async function archive(
  services: Services,
  { account, kind, paths, label, expected, repository }: BackupOrder & { readonly repository: AccountRepository },
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<ArchiveOutcome> {
  const total = { itemsTotal: expected?.filesTotal, bytesTotal: expected?.bytesTotal };
  return services.archivers.run(
    {
      place: repository.place,
      masterKey: masterKeyBytes(repository),
      home: account.home,
      ownerUid: account.uid,
      trustedUids: account.trustedUids,
      paths,
      withHome: kind !== 'database',
      databases: paths.length > 0 ? [] : await databaseOrders(services, account),
      redis: paths.length > 0 ? [] : redisOf(services, account),
      tags: makeTags({ kind, label, server: services.serverId, generation: account.generation }),
      cacheFolder: `${services.configuration.state}/cache/stat`,
      look: lookOrder(services),
      catalog: { folder: catalogFolder(services.configuration), generation: account.generation },
    },
    (items, bytes) => onProgress({ kind: 'advance', step: 'backup', account: account.name, items, bytes, ...total }),
    signal,
  );
}

function succeeded(outcome: ArchiveOutcome): Result {
  return {
    outcome: countSkipped(outcome.coverage) > 0 ? 'incomplete' : 'done',
    failure: undefined,
    snapshotId: outcome.snapshotId,
    files: outcome.files,
    bytes: outcome.bytes,
    databases: outcome.databases,
    filesChanged: outcome.filesNew + outcome.filesChanged,
    bytesRead: outcome.bytesRead,
    bytesAdded: outcome.bytesAdded,
    coverage: outcome.coverage,
  };
}

function failed(code: string, facts: { readonly [name: string]: unknown }): Result {
  const nothing = { files: 0, bytes: 0, databases: 0, filesChanged: 0, bytesRead: 0, bytesAdded: 0 };
  return { outcome: 'failed', failure: { code, facts }, snapshotId: undefined, ...nothing, coverage: emptyCoverage };
}

async function recordRun(services: Services, order: BackupOrder, report: BackupReport): Promise<void> {
  await services.records.addRun({
    generation: order.account.generation,
    destination: primaryDestination(services.configuration).name,
    kind: order.paths.length > 0 ? 'partial' : order.kind,
    startedAt: new Date(report.startedAt),
    finishedAt: services.clock.now(),
    snapshotId: report.snapshotId === undefined ? undefined : parseSnapshotId(report.snapshotId),
    failureCode: report.failure?.code,
    filesTotal: report.files,
    bytesTotal: report.bytes,
    bytesAdded: report.bytesAdded,
    skipped: countSkipped(report.coverage),
  });
}
