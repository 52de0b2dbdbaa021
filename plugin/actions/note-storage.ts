import type { Services } from './services.ts';

/** Writes down how full each destination is today: what its repositories held when they were checked last, and what is free. */
export async function noteStorage(services: Services): Promise<void> {
  const { verifications, storageDays, configuration, clock } = services;
  const day = clock.now().toISOString().slice(0, 10);
  const newest = new Map<string, { readonly at: number; readonly bytes: number; readonly destination: string }>();
  for (const check of await verifications.lastChecks()) {
    const key = `${check.destination} ${check.generation}`;
    const at = check.finishedAt.getTime();
    if (at < (newest.get(key)?.at ?? 0)) continue;
    newest.set(key, { at, bytes: check.bytesStored, destination: check.destination });
  }
  for (const destination of configuration.destinations) {
    const own = [...newest.values()].filter((repository) => repository.destination === destination.name);
    const bytesStored = own.reduce((sum, { bytes }) => sum + bytes, 0);
    const bytesFree = destination.kind === 'local' ? services.freeBytesAt(destination.path) : undefined;
    await storageDays.note(destination.name, { day, bytesStored, bytesFree });
  }
}
