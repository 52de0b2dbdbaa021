import type { Answers, Request } from '../protocol/requests.ts';
import { keysHandlers } from './perform-keys.ts';
import { passphraseHandlers } from './perform-passphrase.ts';
import type { Performing } from './services.ts';

/** `download` has a stream beside its answer; sessions and codes exist only in the worker. */
type PerformedKind = Exclude<Request['kind'], 'init' | 'doctor' | 'download' | WorkerKind>;
type WorkerKind = 'open-session' | 'session' | 'close-session' | 'ask-delete-code' | 'delete-backup';

export type Handler<Kind extends Request['kind']> = (
  performing: Performing,
  request: Extract<Request, { kind: Kind }>,
) => Promise<Answers[Kind]>;

/**
 * Every request and what performs it; `init` and `doctor` come before services can be opened. Each loads only what it
 * needs: a command is often short, and loading everything takes longer than most do.
 */
export const handlers: { readonly [Kind in PerformedKind]: Handler<Kind> } = {
  async accounts({ services }) {
    const { listAccounts } = await import('./list-accounts.ts');
    return listAccounts(services);
  },
  async nightly({ services, onProgress, signal }) {
    const { nightly } = await import('./nightly.ts');
    return nightly(services, onProgress, signal);
  },
  async backup({ services, onProgress, signal }, request) {
    const { backUpOnRequest } = await import('./back-up-on-request.ts');
    return backUpOnRequest(services, request, onProgress, signal);
  },
  async list(performing, request) {
    const { listPoints } = await import('./list-points.ts');
    return listPoints(performing, request);
  },
  async browse({ services }, request) {
    const { browse } = await import('./browse.ts');
    return browse(services, request);
  },
  async find(performing, request) {
    const { findNames } = await import('./find-names.ts');
    return findNames(performing, request);
  },
  async versions(performing, request) {
    const { listVersions } = await import('./list-versions.ts');
    return listVersions(performing, request);
  },
  async mailboxes(performing, request) {
    const { listMailboxes } = await import('./list-mailboxes.ts');
    return listMailboxes(performing, request);
  },
  async diff(performing, request) {
    const { diffPoints } = await import('./diff-points.ts');
    return diffPoints(performing, request);
  },
  async 'catalog-rebuild'(performing, request) {
    const { rebuildCatalogs } = await import('./rebuild-catalog.ts');
    return rebuildCatalogs(performing, request);
  },
  async look({ services }, request) {
    const { look } = await import('./look.ts');
    return look(services, request);
  },
  async restore(performing, request) {
    const { restorePaths } = await import('./restore-paths.ts');
    return restorePaths(performing, request);
  },
  async 'local-copy'(performing, request) {
    const { makeLocalCopy } = await import('./local-copy.ts');
    return makeLocalCopy(performing, request);
  },
  async 'local-copies'({ services }, { account }) {
    const { listLocalCopies } = await import('./local-copies.ts');
    return listLocalCopies(services, account);
  },
  async 'local-copy-policy'({ services }, request) {
    const { setLocalCopyPolicy } = await import('./local-copies.ts');
    return setLocalCopyPolicy(services, request);
  },
  async plan(performing, request) {
    const { makePlan } = await import('./make-plan.ts');
    return makePlan(performing, request);
  },
  async databases(performing, request) {
    const { listDatabases } = await import('./list-databases.ts');
    return listDatabases(performing, request);
  },
  async tables(performing, request) {
    const { listTables } = await import('./list-tables.ts');
    return listTables(performing, request);
  },
  async table(performing, request) {
    const { lookAtTable } = await import('./look-at-table.ts');
    return lookAtTable(performing, request);
  },
  async 'plan-database'(performing, request) {
    const { planDatabase } = await import('./plan-database.ts');
    return planDatabase(performing, request);
  },
  async 'plan-undo'(performing, request) {
    const { planUndo } = await import('./plan-undo.ts');
    return planUndo(performing, request);
  },
  async 'show-plan'(performing, request) {
    const { showPlan } = await import('./show-plan.ts');
    return showPlan(performing, request);
  },
  async draft(performing, request) {
    const { changeDraft } = await import('./change-draft.ts');
    return changeDraft(performing, request);
  },
  async 'run-plan'(performing, request) {
    const { runPlan } = await import('./run-plan.ts');
    return runPlan(performing, request);
  },
  async check(performing, request) {
    const { checkRepositories } = await import('./check-repositories.ts');
    return checkRepositories(performing, request);
  },
  async forget(performing, request) {
    const { forgetPoints } = await import('./forget-points.ts');
    return forgetPoints(performing, request);
  },
  async prune(performing, request) {
    const { pruneRepositories } = await import('./prune-repositories.ts');
    return pruneRepositories(performing, request);
  },
  async 'scheduled-backup'(performing, request) {
    const { scheduledBackup } = await import('./scheduled-backup.ts');
    return scheduledBackup(performing, request);
  },
  async 'system-backup'(performing) {
    const { backUpSystem } = await import('./back-up-system.ts');
    return backUpSystem(performing);
  },
  async rotate(performing, request) {
    const { rotate } = await import('./rotate.ts');
    return rotate(performing, request);
  },
  async 'retention-simulate'({ services }, request) {
    const { simulateRetention } = await import('./simulate-rotation.ts');
    return simulateRetention(services, request);
  },
  ...passphraseHandlers,
  async archive(performing, request) {
    const { archiveAccounts } = await import('./archive-accounts.ts');
    return archiveAccounts(performing, request);
  },
  async archives({ services }, { account }) {
    const { listArchives } = await import('./list-archives.ts');
    return listArchives(services, account);
  },
  async verify(performing, request) {
    const { verifyRepositories } = await import('./verify-repositories.ts');
    return verifyRepositories(performing, request);
  },
  async drill(performing, request) {
    const { drillAccounts } = await import('./drill-accounts.ts');
    return drillAccounts(performing, request);
  },
  async drills({ services }, request) {
    const { listDrills } = await import('./list-drills.ts');
    return listDrills(services, request);
  },
  async 'server-drills'({ services }) {
    const { tellServerDrills } = await import('./tell-server-drills.ts');
    return tellServerDrills(services);
  },
  async 'show-drill'({ services }, request) {
    const { showDrill } = await import('./show-drill.ts');
    return showDrill(services, request.drill);
  },
  async alerts({ services }, request) {
    const { listAlerts } = await import('./list-alerts.ts');
    return listAlerts(services, request);
  },
  async watch(performing) {
    const { watch } = await import('./watch.ts');
    return watch(performing);
  },
  async metrics({ services }) {
    const { tellMetrics } = await import('./tell-metrics.ts');
    return tellMetrics(services);
  },
  async report({ services }, request) {
    const { makeReport } = await import('./make-report.ts');
    return makeReport(services, request);
  },
  async copy(performing, request) {
    const { copyRepositories } = await import('./copy-repositories.ts');
    return copyRepositories(performing, request);
  },
  async inventory({ services }, { account }) {
    const { tellInventory } = await import('./tell-inventory.ts');
    return tellInventory(services, account);
  },
  async 'server-inventory'({ services }) {
    const { tellServerInventory } = await import('./tell-inventory.ts');
    return tellServerInventory(services);
  },
  async destinations({ services }) {
    const { listDestinations } = await import('./list-destinations.ts');
    return listDestinations(services);
  },
  async 'destination-test'({ services }, { destination }) {
    const { testDestination } = await import('./test-destination.ts');
    return testDestination(services, destination);
  },
  async recover(performing, { destination }) {
    const { recoverRepositories } = await import('./recover-repositories.ts');
    return recoverRepositories(performing, destination);
  },
  async status({ services }, { account }) {
    const { tellStatus } = await import('./status.ts');
    return tellStatus(services, account);
  },
  async schedule({ services }, request) {
    const { tellSchedule } = await import('./tell-schedule.ts');
    return tellSchedule(services, request);
  },
  async 'server-schedule'({ services }, { days }) {
    const { tellSchedule } = await import('./tell-schedule.ts');
    return tellSchedule(services, { account: undefined, days });
  },
  async audit({ services }, request) {
    const { listAudit } = await import('./list-audit.ts');
    return listAudit(services, request);
  },
  async 'audit-log'({ services }, request) {
    const { listWholeAudit } = await import('./list-audit.ts');
    return listWholeAudit(services, request);
  },
  async 'prepare-download'(performing, request) {
    const { prepareDownload } = await import('./prepare-download.ts');
    return prepareDownload(performing, request);
  },
  async downloads({ services }, { account }) {
    const { listPrepared } = await import('./prepare-download.ts');
    return listPrepared(services, account);
  },
  async settings({ services }, { account }) {
    const { tellSettings } = await import('./account-settings.ts');
    return tellSettings(services, account);
  },
  async 'change-settings'({ services }, request) {
    const { changeSettings } = await import('./account-settings.ts');
    return changeSettings(services, request);
  },
  async 'own-backups'({ services }, { account }) {
    const { listOwnBackups } = await import('./own-backups.ts');
    return listOwnBackups(services, account);
  },
  async 'pin-backup'({ services }, request) {
    const { pinBackup } = await import('./own-backups.ts');
    return pinBackup(services, request, true);
  },
  async 'unpin-backup'({ services }, request) {
    const { pinBackup } = await import('./own-backups.ts');
    return pinBackup(services, request, false);
  },
  async 'keep-backup'({ services }, request) {
    const { keepBackup } = await import('./own-backups.ts');
    return keepBackup(services, request);
  },
  async jobs({ services }, request) {
    const { listJobs } = await import('./jobs.ts');
    return listJobs(services, request);
  },
  async cancel({ services }, request) {
    const { cancelJob } = await import('./jobs.ts');
    return cancelJob(services, request);
  },
  async job({ services }, request) {
    const { tellJob } = await import('./follow-job.ts');
    return tellJob(services, request);
  },
  async follow(performing, request) {
    const [{ followJob }, { polledChanges }] = await Promise.all([
      import('./follow-job.ts'),
      import('./polled-changes.ts'),
    ]);
    return followJob(performing, request, polledChanges);
  },
  async enqueue({ services }, { work }) {
    const { enqueue, toLine } = await import('./jobs.ts');
    return { job: await toLine(services, await enqueue(services, work, { kind: 'root' })) };
  },
  async login({ services }, request) {
    const { makeLogin } = await import('./sign-in.ts');
    return makeLogin(services, request);
  },
  ...keysHandlers,
};

/** Performs one request. @throws {Failure} what the action throws. */
export async function performRequest<Kind extends Request['kind']>(
  performing: Performing,
  request: Extract<Request, { kind: Kind }>,
): Promise<Answers[Kind]> {
  const handler = (handlers as unknown as { [Name in Kind]: Handler<Name> })[request.kind as Kind];
  return handler(performing, request);
}
