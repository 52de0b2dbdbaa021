import type { RemoteLimits } from '../domain/destination.ts';
import { hasKey, readWholeNumber, type Section } from './settings/section.ts';

/** Keys of every destination that is reached over a network. */
export const remoteKeys = ['bandwidth_mb', 'parallel', 'cache_mb'] as const;

const megabyte = 1_000_000;
const usualCacheMegabytes = 1024;

/** @param parallel where the file does not say. */
export function readRemoteLimits(section: Section, parallel: number): RemoteLimits {
  const read = (key: string, least: number, most: number): number | undefined =>
    hasKey(section, key) ? readWholeNumber(section, key, least, most) : undefined;
  const bandwidth = read('bandwidth_mb', 1, 100_000);
  return {
    bytesPerSecond: bandwidth === undefined ? undefined : bandwidth * megabyte,
    parallel: read('parallel', 1, 64) ?? parallel,
    cacheBytes: (read('cache_mb', 0, 1_000_000) ?? usualCacheMegabytes) * megabyte,
  };
}
