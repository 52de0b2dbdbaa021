/** Opens what archives stand on. Wiring only. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveServices } from './actions/services.ts';
import type { ArchiveStore } from './contracts/archive-store.ts';
import type { UploadLog } from './contracts/upload-log.ts';
import type { Configuration } from './domain/configuration.ts';
import type { DestinationConfiguration } from './domain/destination.ts';
import { Failure } from './domain/failure.ts';
import { openRecordedPlace } from './main-open-store.ts';
import { readArchiveIdentity, readArchiveRecipients } from './platform/archive-keys.ts';
import { systemClock } from './platform/clock.ts';
import { replaceFile } from './platform/atomic-file.ts';
import { readRecoveryRecipients } from './platform/recovery-recipients.ts';

export function openArchiveServices(
  { state, destinations, file }: Configuration,
  uploadLog: UploadLog,
): ArchiveServices {
  const kept = join(state, 'cache', 'archives');
  const keptFile = (key: string): string => join(kept, createHash('sha256').update(key).digest('hex'));
  const destination = destinations.find(({ role }) => role === 'archives');
  return {
    destination: destination?.name,
    async openStore() {
      if (destination === undefined) throw new Failure('no-archives', { file });
      return openStore(destination, uploadLog);
    },
    recipients: () => readArchiveRecipients(state),
    recoveryRecipients: () => readRecoveryRecipients(state),
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

async function openStore(destination: DestinationConfiguration, uploadLog: UploadLog): Promise<ArchiveStore> {
  if (destination.kind === 'local') {
    return (await import('./destinations/local-archives.ts')).openLocalArchives(destination.path, () =>
      systemClock.now(),
    );
  }
  const place = await openRecordedPlace({ destination, folder: '', cacheFolder: undefined }, uploadLog);
  const { uploads } = place;
  if (uploads === undefined) throw new Error('a place for archives takes large objects');
  const { openPlaceArchives } = await import('./archives/place-archives.ts');
  return openPlaceArchives({ place, uploads });
}
