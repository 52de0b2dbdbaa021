import type { Command } from './command.ts';
import { accountsCommand } from './commands/accounts.ts';
import { archiveCommand } from './commands/archive.ts';
import { archivesCommand } from './commands/archives.ts';
import { auditCommand } from './commands/audit.ts';
import { backupCommand } from './commands/backup.ts';
import { browseCommand } from './commands/browse.ts';
import { cancelCommand } from './commands/cancel.ts';
import { catalogRebuildCommand } from './commands/catalog-rebuild.ts';
import { checkCommand } from './commands/check.ts';
import { createCompleteCommand } from './commands/complete.ts';
import { completionCommand } from './commands/completion.ts';
import { copyCommand } from './commands/copy.ts';
import { destinationAddCommand } from './commands/destination-add.ts';
import { destinationListCommand } from './commands/destination-list.ts';
import { destinationRemoveCommand } from './commands/destination-remove.ts';
import { destinationTestCommand } from './commands/destination-test.ts';
import { diffCommand } from './commands/diff.ts';
import { doctorCommand } from './commands/doctor.ts';
import { downloadCommand } from './commands/download.ts';
import { findCommand } from './commands/find.ts';
import { forgetCommand } from './commands/forget.ts';
import { createHelpCommand } from './commands/help.ts';
import { initCommand } from './commands/init.ts';
import { inventoryCommand } from './commands/inventory.ts';
import { jobsCommand } from './commands/jobs.ts';
import { keysCheckRecoveryCommand } from './commands/keys-check-recovery.ts';
import { keysExportCommand } from './commands/keys-export.ts';
import { keysResticEnvCommand } from './commands/keys-restic-env.ts';
import { keysRemoveFormerCommand } from './commands/keys-remove-former.ts';
import { keysRenewCommand } from './commands/keys-renew.ts';
import { keysRotateCommand } from './commands/keys-rotate.ts';
import { listCommand } from './commands/list.ts';
import { localCopiesCommand } from './commands/local-copies.ts';
import { localCopyCommand } from './commands/local-copy.ts';
import { loginCommand } from './commands/login.ts';
import { createManCommand } from './commands/man.ts';
import { nightlyCommand } from './commands/nightly.ts';
import { verifyCommand } from './commands/verify.ts';
import { drillCommand } from './commands/drill.ts';
import { alertsCommand } from './commands/alerts.ts';
import { metricsCommand } from './commands/metrics.ts';
import { reportCommand } from './commands/report.ts';
import { drillsCommand } from './commands/drills.ts';
import { passphraseCommand } from './commands/passphrase.ts';
import { passphraseChangeCommand } from './commands/passphrase-change.ts';
import { passphraseRemoveCommand } from './commands/passphrase-remove.ts';
import { passphraseSetCommand } from './commands/passphrase-set.ts';
import { pruneCommand } from './commands/prune.ts';
import { recoverCommand } from './commands/recover.ts';
import { restoreCommand } from './commands/restore.ts';
import { retentionSimulateCommand } from './commands/retention-simulate.ts';
import { rotateCommand } from './commands/rotate.ts';
import { scheduleCommand } from './commands/schedule.ts';
import { serveWebCommand } from './commands/serve-web.ts';
import { serveWorkerCommand } from './commands/serve-worker.ts';
import { statusCommand } from './commands/status.ts';
import { tablesCommand } from './commands/tables.ts';
import { undoCommand } from './commands/undo.ts';
import { versionsCommand } from './commands/versions.ts';

const withoutHelp: readonly Command[] = [
  statusCommand,
  scheduleCommand,
  backupCommand,
  listCommand,
  browseCommand,
  findCommand,
  versionsCommand,
  diffCommand,
  tablesCommand,
  restoreCommand,
  undoCommand,
  downloadCommand,
  drillsCommand,
  jobsCommand,
  cancelCommand,
  localCopyCommand,
  localCopiesCommand,
  archivesCommand,
  passphraseCommand,
  passphraseSetCommand,
  passphraseChangeCommand,
  passphraseRemoveCommand,
  auditCommand,
  initCommand,
  doctorCommand,
  serveWorkerCommand,
  serveWebCommand,
  accountsCommand,
  nightlyCommand,
  checkCommand,
  forgetCommand,
  pruneCommand,
  rotateCommand,
  retentionSimulateCommand,
  archiveCommand,
  verifyCommand,
  drillCommand,
  alertsCommand,
  metricsCommand,
  reportCommand,
  copyCommand,
  inventoryCommand,
  destinationListCommand,
  destinationTestCommand,
  destinationAddCommand,
  destinationRemoveCommand,
  recoverCommand,
  catalogRebuildCommand,
  loginCommand,
  keysCheckRecoveryCommand,
  keysRotateCommand,
  keysRenewCommand,
  keysRemoveFormerCommand,
  keysExportCommand,
  keysResticEnvCommand,
  completionCommand,
  createManCommand(loadAll),
  createCompleteCommand(loadAll),
];

/** Every command, in the order help shows them. */
export const commands: readonly Command[] = [...withoutHelp, createHelpCommand(withoutHelp)];

function loadAll(): Promise<readonly Command[]> {
  return Promise.resolve(commands);
}
