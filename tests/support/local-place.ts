import type { RepositoryPlace } from '../../plugin/domain/destination.ts';

/** A folder as a repository's place. */
export function localPlace(path: string): RepositoryPlace {
  const common = { name: 'local', role: 'primary', country: undefined, provider: undefined } as const;
  return { destination: { ...common, kind: 'local', path }, folder: '', cacheFolder: undefined };
}
