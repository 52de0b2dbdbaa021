import type { Repository } from './repository.ts';

/** One repository at one place: what is kept of it by this name is of no other. */
export function placeOf({ id, store }: Repository): string {
  return `${id} ${store.location}`;
}
