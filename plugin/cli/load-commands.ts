import type { Command } from './command.ts';
import { readTokens, type Token } from './read-tokens.ts';

/**
 * The commands that matter for `argv`: the one it names, none where only the version is asked for, else all. Loading
 * all takes as long as a short command's whole work.
 */
export async function loadCommands(argv: readonly string[]): Promise<readonly Command[]> {
  const tokens = readTokens(argv);
  const [name = '', second = ''] = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  if (name === '' && asksFor(tokens, 'version')) return [];
  if (asksFor(tokens, 'help') && [...loaders.keys()].some((known) => known.startsWith(`${name} `))) return loadAll();
  const load = loaders.get(`${name} ${second}`) ?? loaders.get(name);
  return load === undefined ? loadAll() : [await load()];
}

function asksFor(tokens: readonly Token[], option: 'help' | 'version'): boolean {
  return tokens.some((token) => token.kind === 'option' && token.name === option);
}

const loaders: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['status', async () => (await import('./commands/status.ts')).statusCommand],
  ['backup', async () => (await import('./commands/backup.ts')).backupCommand],
  ['list', async () => (await import('./commands/list.ts')).listCommand],
  ['browse', async () => (await import('./commands/browse.ts')).browseCommand],
  ['find', async () => (await import('./commands/find.ts')).findCommand],
  ['versions', async () => (await import('./commands/versions.ts')).versionsCommand],
  ['diff', async () => (await import('./commands/diff.ts')).diffCommand],
  ['tables', async () => (await import('./commands/tables.ts')).tablesCommand],
  ['restore', async () => (await import('./commands/restore.ts')).restoreCommand],
  ['undo', async () => (await import('./commands/undo.ts')).undoCommand],
  ['download', async () => (await import('./commands/download.ts')).downloadCommand],
  ['jobs', async () => (await import('./commands/jobs.ts')).jobsCommand],
  ['cancel', async () => (await import('./commands/cancel.ts')).cancelCommand],
  ['local-copy', async () => (await import('./commands/local-copy.ts')).localCopyCommand],
  ['local-copies', async () => (await import('./commands/local-copies.ts')).localCopiesCommand],
  ['audit', async () => (await import('./commands/audit.ts')).auditCommand],
  ['init', async () => (await import('./commands/init.ts')).initCommand],
  ['doctor', async () => (await import('./commands/doctor.ts')).doctorCommand],
  ['accounts', async () => (await import('./commands/accounts.ts')).accountsCommand],
  ['nightly', async () => (await import('./commands/nightly.ts')).nightlyCommand],
  ['check', async () => (await import('./commands/check.ts')).checkCommand],
  ['forget', async () => (await import('./commands/forget.ts')).forgetCommand],
  ['copy', async () => (await import('./commands/copy.ts')).copyCommand],
  ['inventory', async () => (await import('./commands/inventory.ts')).inventoryCommand],
  ['recover', async () => (await import('./commands/recover.ts')).recoverCommand],
  ['prune', async () => (await import('./commands/prune.ts')).pruneCommand],
  ['schedule', async () => (await import('./commands/schedule.ts')).scheduleCommand],
  ['rotate', async () => (await import('./commands/rotate.ts')).rotateCommand],
  ['retention', async () => (await import('./commands/retention-simulate.ts')).retentionSimulateCommand],
  ['archive', async () => (await import('./commands/archive.ts')).archiveCommand],
  ['archives', async () => (await import('./commands/archives.ts')).archivesCommand],
  ['passphrase', async () => (await import('./commands/passphrase.ts')).passphraseCommand],
  ['passphrase set', async () => (await import('./commands/passphrase-set.ts')).passphraseSetCommand],
  ['passphrase change', async () => (await import('./commands/passphrase-change.ts')).passphraseChangeCommand],
  ['passphrase remove', async () => (await import('./commands/passphrase-remove.ts')).passphraseRemoveCommand],
  ['verify', async () => (await import('./commands/verify.ts')).verifyCommand],
  ['drill', async () => (await import('./commands/drill.ts')).drillCommand],
  ['drills', async () => (await import('./commands/drills.ts')).drillsCommand],
  ['alerts', async () => (await import('./commands/alerts.ts')).alertsCommand],
  ['metrics', async () => (await import('./commands/metrics.ts')).metricsCommand],
  ['report', async () => (await import('./commands/report.ts')).reportCommand],
  ['login', async () => (await import('./commands/login.ts')).loginCommand],
  ['completion', async () => (await import('./commands/completion.ts')).completionCommand],
  ['catalog', async () => (await import('./commands/catalog-rebuild.ts')).catalogRebuildCommand],
  ['complete', async () => (await import('./commands/complete.ts')).createCompleteCommand(loadCommands)],
]);

async function loadAll(): Promise<readonly Command[]> {
  return (await import('./commands.ts')).commands;
}
