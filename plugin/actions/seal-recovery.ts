import type { KeyOwner } from '../contracts/key-store.ts';
import type { ObjectStore } from '../contracts/object-store.ts';
import { Failure } from '../domain/failure.ts';
import { recoveryKey } from '../engine/format.ts';
import type { Services } from './services.ts';

/**
 * Seals the password of a repository for the recovery keys as they are now, and reads back what was written.
 * @throws {Failure} `destination-refused` when another is read; `key-unusable`; what the store throws.
 */
export async function sealRecovery({ keys }: Services, owner: KeyOwner, store: ObjectStore): Promise<void> {
  const sealed = await keys.sealForRecovery(owner);
  await store.write(recoveryKey, sealed);
  if ((await store.read(recoveryKey)).equals(sealed)) return;
  throw new Failure('destination-refused', {
    destination: store.location,
    problem: 'it does not hold what it was given',
  });
}
