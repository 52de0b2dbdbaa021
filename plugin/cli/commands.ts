import type { Command } from './command.ts';
import { accountsCommand } from './commands/accounts.ts';
import { backupCommand } from './commands/backup.ts';
import { browseCommand } from './commands/browse.ts';
import { checkCommand } from './commands/check.ts';
import { doctorCommand } from './commands/doctor.ts';
import { forgetCommand } from './commands/forget.ts';
import { createHelpCommand } from './commands/help.ts';
import { initCommand } from './commands/init.ts';
import { keysResticEnvCommand } from './commands/keys-restic-env.ts';
import { listCommand } from './commands/list.ts';
import { nightlyCommand } from './commands/nightly.ts';
import { pruneCommand } from './commands/prune.ts';
import { restoreCommand } from './commands/restore.ts';

const withoutHelp: readonly Command[] = [
  initCommand,
  doctorCommand,
  accountsCommand,
  nightlyCommand,
  backupCommand,
  listCommand,
  browseCommand,
  restoreCommand,
  checkCommand,
  forgetCommand,
  pruneCommand,
  keysResticEnvCommand,
];

/** Every command, in the order help shows them. */
export const commands: readonly Command[] = [...withoutHelp, createHelpCommand(withoutHelp)];
