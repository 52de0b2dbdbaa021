import type { Answer } from '../protocol/requests.ts';
import { openAccountArchives } from './account-archives.ts';
import { findAccount } from './find-account.ts';
import type { Services } from './services.ts';

/** Oldest first. @throws {Failure} `unknown-account`, `no-archives`, `destination-unreachable`. */
export async function listArchives(services: Services, name: string): Promise<Answer<'archives'>> {
  const account = await findAccount(services, name);
  const { archives, destination } = await openAccountArchives(services, account);
  return {
    account: account.name,
    destination,
    archives: archives.map(({ name: archive, kind, full, startedAt, sealedBytes, indexBytes, isOwn }) => {
      const time = startedAt.toISOString();
      return {
        archive,
        time,
        kind,
        full,
        storedBytes: sealedBytes + indexBytes,
        hasIndex: indexBytes > 0,
        ...(isOwn === true ? { isOwn } : {}),
      };
    }),
  };
}
