/** Ends uploads in parts that nobody will bring to their end: until somebody does, they cost money and are seen by nobody. */
import type { BegunUpload } from '../contracts/upload-log.ts';
import { locationOf, type RepositoryPlace } from '../domain/destination.ts';
import { isFailure } from '../domain/failure.ts';
import type { Services } from './services.ts';

type Needed = Pick<Services, 'configuration' | 'openPlace' | 'uploadLog' | 'log'>;

/**
 * Only those that Larder itself wrote down, of processes that live no more. What cannot be ended now, because its
 * destination cannot be reached or is configured no longer, stays written down for the next time.
 * @returns how many were ended.
 */
export async function endOrphanUploads(services: Needed): Promise<number> {
  const silent = new Set<string>();
  let ended = 0;
  for (const upload of services.uploadLog.orphans()) {
    const place = placeOf(services, upload);
    if (place === undefined || silent.has(upload.destination)) continue;
    try {
      await end(services, upload, place);
      ended += 1;
    } catch (error) {
      if (!isFailure(error)) throw error;
      silent.add(upload.destination);
      services.log.warn('uploads-left', { destination: upload.destination, error });
    }
  }
  if (ended > 0) services.log.info('uploads-ended', { count: ended });
  return ended;
}

/** Undefined when its destination is another place by now, or none. */
function placeOf({ configuration }: Needed, { destination: name, folder, location }: BegunUpload) {
  const destination = configuration.destinations.find((one) => one.name === name);
  if (destination === undefined || locationOf({ destination, folder }) !== location) return undefined;
  return { destination, folder, cacheFolder: undefined };
}

async function end({ openPlace, uploadLog }: Needed, upload: BegunUpload, where: RepositoryPlace): Promise<void> {
  const place = await openPlace(where);
  await place.uploads?.abort(upload);
  await uploadLog.ended(upload);
}
