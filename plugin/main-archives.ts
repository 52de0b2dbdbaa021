/** Opens what archives stand on. Wiring only. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveServices } from './actions/services.ts';
import type { ArchiveStore } from './contracts/archive-store.ts';
import type { Configuration } from './domain/configuration.ts';
import type { DestinationConfiguration } from './domain/destination.ts';
import { Failure } from './domain/failure.ts';
import { openPlace } from './main-open-store.ts';
import { readArchiveIdentity, readArchiveRecipients } from './platform/archive-keys.ts';
import { systemClock } from './platform/clock.ts';
import { replaceFile } from './platform/atomic-file.ts';
import { openUploadLog } from './platform/upload-log.ts';

export function openArchiveServices({ state, destinations, file }: Configuration): ArchiveServices {
  const kept = join(state, 'cache', 'archives');
  const keptFile = (key: string): string => join(kept, createHash('sha256').update(key).digest('hex'));
  const destination = destinations.find(({ role }) => role === 'archives');
  return {
    destination: destination?.name,
    async openStore() {
      if (destination === undefined) throw new Failure('no-archives', { file });
      return openStore(destination, join(state, 'uploads'));
    },
    recipients: () => readArchiveRecipients(state),
    identities: async () => [await readArchiveIdentity(state)],
    async openDatabases(databases, redis) {
      const { openStreams } = await import('./main-streams.ts');
      return openStreams({ databases, redis, now: () => systemClock.now() });
    },
    readKeptIndex: (key) => readFile(keptFile(key)).catch(() => undefined),
    async keepIndex(key, bytes) {
      await mkdir(kept, { recursive: true, mode: 0o700 });
      await replaceFile(keptFile(key), bytes, 0o600);
    },
    dropIndex: (key) => rm(keptFile(key), { force: true }),
  };
}

/** Uploads that an earlier process began here and did not end are ended when one begins below the same folder. */
async function openStore(destination: DestinationConfiguration, logFolder: string): Promise<ArchiveStore> {
  if (destination.kind === 'local') {
    return (await import('./destinations/local-archives.ts')).openLocalArchives(destination.path);
  }
  const place = await openPlace({ destination, folder: '', cacheFolder: undefined });
  const { uploads } = place;
  if (uploads === undefined) throw new Error('a place for archives takes large objects');
  const { openPlaceArchives } = await import('./archives/place-archives.ts');
  const log = openUploadLog(logFolder);
  return openPlaceArchives({
    place,
    uploads,
    log: {
      begun: (upload) => log.begun({ ...upload, destination: destination.name }),
      ended: (upload) => log.ended({ ...upload, destination: destination.name }),
      open: (prefix) => log.open(destination.name, prefix),
    },
  });
}
