import type { RepositoryRecord } from '../contracts/records.ts';
import type { Generation } from '../domain/ids.ts';
import { primaryDestination, type Services } from './services.ts';

/** Of every account that has one, the repository where its backups are made. One question, however many accounts. */
export async function primaryRepositories({
  configuration,
  records,
}: Services): Promise<ReadonlyMap<Generation, RepositoryRecord>> {
  const { name } = primaryDestination(configuration);
  const made = (await records.listRepositories()).filter(({ destination }) => destination === name);
  return new Map(made.map((record) => [record.generation, record]));
}
