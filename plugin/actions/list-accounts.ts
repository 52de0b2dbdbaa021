import { newerFilesProof } from '../domain/drill-outcome.ts';
import type { Answer } from '../protocol/requests.ts';
import { countDatabases } from './account-databases.ts';
import { knownAccounts } from './find-account.ts';
import type { Services } from './services.ts';

/** Every account on the panel and its last good backup. */
export async function listAccounts(services: Services): Promise<Answer<'accounts'>> {
  const accounts = await knownAccounts(services);
  const [lastRuns, lastDrills, databasesOf] = await Promise.all([
    services.records.lastRuns(),
    services.drills.last(),
    countDatabases(services),
  ]);
  return {
    accounts: accounts.map((account) => {
      const last = lastRuns.get(account.generation);
      const { newestPassed, newestFilesOnly } = lastDrills.get(account.generation) ?? {};
      return {
        name: account.name,
        uid: account.uid,
        home: account.home,
        databases: databasesOf(account),
        lastBackupAt: last?.finishedAt.toISOString(),
        lastSizeBytes: last?.bytesTotal,
        provenAt: newestPassed?.finishedAt.toISOString(),
        filesProvenAt: newerFilesProof(newestPassed?.finishedAt, newestFilesOnly?.finishedAt)?.toISOString(),
      };
    }),
  };
}
