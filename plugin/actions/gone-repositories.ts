import type { RepositoryRecord } from '../contracts/records.ts';
import { locationOf, type RepositoryPlace } from '../domain/destination.ts';
import { isFailure } from '../domain/failure.ts';
import type { Generation } from '../domain/ids.ts';
import type { GoneLine } from '../protocol/keys.ts';
import { hasRepository } from './account-repository.ts';
import { placeOfRecord, type Services } from './services.ts';

/**
 * Repositories, copies and former ones of accounts that the panel lists no longer: nobody renews their keys, because neither
 * copies would follow nor anybody remove the former ones. What was removed is none of them; what cannot be looked at is one.
 * @param present of whose repositories the keys are renewed.
 */
export async function goneRepositories(services: Services, present: ReadonlySet<Generation>): Promise<GoneLine[]> {
  const { records } = services;
  const all = [...(await records.listRepositories()), ...(await records.listFormerRepositories())];
  const lines: GoneLine[] = [];
  for (const record of all) {
    if (present.has(record.generation)) continue;
    const location = await whereItLies(services, record);
    if (location === undefined) continue;
    const { accountName, destination, folder } = record;
    lines.push({ account: accountName, destination, folder, location });
  }
  return lines;
}

/** @returns undefined when nothing is there any more. */
async function whereItLies(services: Services, record: RepositoryRecord): Promise<string | undefined> {
  try {
    const place = placeOfRecord(services.configuration, record);
    return (await isThere(services, place)) ? locationOf(place) : undefined;
  } catch (error) {
    if (isFailure(error, 'unknown-destination')) return record.destination; // not configured any more, yet it may be there
    throw error;
  }
}

async function isThere(services: Services, place: RepositoryPlace): Promise<boolean> {
  try {
    return await hasRepository(await services.openStore(place));
  } catch (error) {
    if (isFailure(error)) return true;
    throw error;
  }
}
