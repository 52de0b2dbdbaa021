import { activityRoutes } from './pages/activity.ts';
import { backupRoutes } from './pages/backup.ts';
import { copiesRoutes } from './pages/copies.ts';
import { databaseRoutes } from './pages/databases.ts';
import { deleteBackupRoutes } from './pages/delete-backup.ts';
import { downloadRoutes } from './pages/downloads.ts';
import { hostCopiesRoutes } from './pages/host-copies.ts';
import { hostDrillsRoutes } from './pages/host-drills.ts';
import { hostReportRoutes } from './pages/host-report.ts';
import { hostRoutes } from './pages/host.ts';
import { loginRoutes } from './pages/login.ts';
import { lookRoutes } from './pages/look.ts';
import { newDownloadRoutes } from './pages/new-download.ts';
import { passphraseRoutes } from './pages/passphrase.ts';
import { restoreRoutes } from './pages/restore-routes.ts';
import { scheduleRoutes } from './pages/schedule.ts';
import { tableRoutes } from './pages/table.ts';
import type { Route } from './route.ts';

/** Every page there is, and who may see it. What does not stand here is not found. */
export const routes: readonly Route[] = [
  ...loginRoutes,
  ...restoreRoutes,
  ...databaseRoutes,
  ...tableRoutes,
  ...activityRoutes,
  ...newDownloadRoutes,
  ...downloadRoutes,
  ...lookRoutes,
  ...scheduleRoutes,
  ...copiesRoutes,
  ...backupRoutes,
  ...deleteBackupRoutes,
  ...passphraseRoutes,
  ...hostRoutes,
  ...hostReportRoutes,
  ...hostCopiesRoutes,
  ...hostDrillsRoutes,
];
