import type { LargeUpload, LargeUploads, Place } from '../contracts/place.ts';
import type { BegunUpload, UploadLog } from '../contracts/upload-log.ts';
import { locationOf, type RepositoryPlace } from '../domain/destination.ts';

/**
 * Writes down each upload before its first part and strikes it out when it has ended, so that somebody can end it when
 * this process cannot. What a crash leaves between the beginning and the note has no part yet, and costs nothing.
 */
export function withRecordedUploads(place: Place, where: RepositoryPlace, log: UploadLog): Place {
  const { uploads } = place;
  if (uploads === undefined) return place;
  const { destination, folder } = where;
  const noted = ({ key, id }: LargeUpload): BegunUpload => {
    return { destination: destination.name, folder, location: locationOf(where), key, id };
  };
  return { ...place, uploads: recorded(uploads, noted, log) };
}

function recorded(uploads: LargeUploads, noted: (upload: LargeUpload) => BegunUpload, log: UploadLog): LargeUploads {
  return {
    leastPartBytes: uploads.leastPartBytes,
    mostParts: uploads.mostParts,
    async begin(key, options) {
      const id = await uploads.begin(key, options);
      try {
        await log.begun(noted({ key, id }));
      } catch (error) {
        await uploads.abort({ key, id });
        throw error;
      }
      return id;
    },
    writePart: (upload, number, bytes) => uploads.writePart(upload, number, bytes),
    listParts: (upload) => uploads.listParts(upload),
    async complete(upload, parts) {
      await uploads.complete(upload, parts);
      await log.ended(noted(upload));
    },
    async abort(upload) {
      await uploads.abort(upload);
      await log.ended(noted(upload));
    },
  };
}
