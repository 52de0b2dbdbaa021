import type { Services } from './services.ts';

/** Whether `from` means the archives. */
export function isArchives({ configuration }: Services, from: string | undefined): boolean {
  const named = configuration.destinations.find(({ name }) => name === from);
  return named === undefined ? from === 'archives' : named.role === 'archives';
}
