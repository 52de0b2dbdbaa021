import { archives } from './archives.ts';
import { catalog } from './catalog.ts';
import { databaseDump } from './database-dump.ts';
import { databaseSwap } from './database-swap.ts';
import { dayOfChanges } from './day-of-changes.ts';
import { dumpGrowth } from './dump-growth.ts';
import { firstBackup } from './first-backup.ts';
import { forgetAndPrune } from './forget-and-prune.ts';
import { idleWorker } from './idle-worker.ts';
import { largeServer } from './large-server.ts';
import { createListFolder } from './list-folder.ts';
import { memoryMillionFiles } from './memory-million-files.ts';
import { memoryOrdinaryNight } from './memory-ordinary-night.ts';
import { offSite } from './off-site.ts';
import { oneHugeAccount } from './one-huge-account.ts';
import { repositorySize } from './repository-size.ts';
import { openPoint } from './open-point.ts';
import { pages } from './pages.ts';
import { queue } from './queue.ts';
import { restoreAccount } from './restore-account.ts';
import { createRestoreOneFile } from './restore-one-file.ts';
import { tenantCommands } from './tenant-commands.ts';
import { unchangedNight } from './unchanged-night.ts';
import { createZipDownload } from './zip-download.ts';
import type { Scenario } from './scenario.ts';

/** Every scenario, in the order they run. */
export const scenarios: readonly Scenario[] = [
  firstBackup,
  unchangedNight,
  dayOfChanges,
  dumpGrowth,
  repositorySize,
  restoreAccount,
  createListFolder(openPoint),
  createRestoreOneFile(openPoint),
  createZipDownload(openPoint),
  catalog,
  tenantCommands,
  queue,
  pages,
  forgetAndPrune,
  memoryOrdinaryNight,
  memoryMillionFiles,
  oneHugeAccount,
  offSite,
  archives,
  databaseDump,
  databaseSwap,
  largeServer,
  idleWorker,
];
