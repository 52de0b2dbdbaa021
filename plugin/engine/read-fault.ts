import { isFailure } from '../domain/failure.ts';
import { configKey } from './format.ts';
import type { Repository } from './repository.ts';

/**
 * Whether an object is at fault that could not be read, such as a file on a bad sector, and not the store as a whole:
 * then the config cannot be read either.
 */
export async function isOneObjectsFault(repository: Repository, error: unknown): Promise<boolean> {
  if (!isFailure(error)) return false;
  if (error.code !== 'destination-unreachable')
    return error.code === 'not-found' || error.code === 'repository-damaged';
  try {
    await repository.store.read(configKey);
    return true;
  } catch (probe) {
    return isFailure(probe, 'not-found');
  }
}
