import type { Records, RepositoryRecord } from '../contracts/records.ts';
import { parseRepositoryFolder } from '../domain/plan-renewal.ts';
import { configKey, unfinishedKey } from '../engine/format.ts';
import { placeBelow, primaryDestination, type Services } from './services.ts';

export interface UnfinishedRenewal {
  readonly account: string;
  readonly destination: string;
  readonly folder: string;
}

type Needed = Pick<Services, 'configuration' | 'openPlace' | 'openStore'> & {
  readonly records: Pick<Records, 'listRepositories' | 'listFormerRepositories'>;
};

/**
 * Folders beside the repositories that are used, of a renewal of keys that did not end, or of which the records do not know
 * that it did. @throws {Failure} what the destination throws.
 */
export async function unfinishedRenewals(services: Needed): Promise<UnfinishedRenewal[]> {
  const { configuration, records } = services;
  const primary = primaryDestination(configuration);
  const used = (await records.listRepositories()).filter(({ destination }) => destination === primary.name);
  const former = (await records.listFormerRepositories()).filter(({ destination }) => destination === primary.name);
  const known = new Set([...used, ...former].map(({ folder }) => folder));
  const top = await services.openPlace(placeBelow(configuration, primary, ''));
  try {
    const found: UnfinishedRenewal[] = [];
    for (const folder of (await top.listFolders()).filter((name) => !known.has(name)).toSorted()) {
      const owner = used.find((record) => isLater(folder, record));
      if (owner === undefined) continue;
      const store = await services.openStore(placeBelow(configuration, primary, folder));
      const isOne = (await store.list('')).some(({ key }) => key === unfinishedKey || key === configKey);
      if (isOne) found.push({ account: owner.accountName, destination: primary.name, folder });
    }
    return found;
  } finally {
    top.close();
  }
}

/** Whether it is of the same account, and newer than what is used. */
function isLater(folder: string, record: RepositoryRecord): boolean {
  const one = parseRepositoryFolder(folder);
  const used = parseRepositoryFolder(record.folder);
  if (one === undefined || used === undefined) return false;
  return one.name === used.name && one.generation === used.generation && one.number > used.number;
}
