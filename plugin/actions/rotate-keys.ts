import type { RepositoryRecord } from '../contracts/records.ts';
import type { RepositoryPlace } from '../domain/destination.ts';
import { tellFailure } from '../domain/carried-failure.ts';
import { isFailure } from '../domain/failure.ts';
import type { ResealedLine } from '../protocol/keys.ts';
import type { Answer } from '../protocol/requests.ts';
import { hasRepository } from './account-repository.ts';
import { uncached } from './recovery-places.ts';
import { sealRecovery } from './seal-recovery.ts';
import type { Performing, Services } from './services.ts';

/**
 * A new server key; or, with `recipients`, recovery keys in the place of those that were there, for which the password
 * of every repository is sealed anew, at every destination. What is done twice comes to the same.
 * @throws {Failure} `key-unusable`: then nothing has changed; `no-space`, `instance-running`.
 */
export async function rotateKeys(
  performing: Performing,
  recipients: readonly string[] | undefined,
): Promise<Answer<'keys-rotate'>> {
  const { keys } = performing.services;
  if (recipients === undefined) return { sealed: await keys.rotate(), recipients: [...keys.recipients()], places: [] };
  await keys.setRecipients(recipients);
  return { sealed: undefined, recipients: [...recipients], places: await resealAll(performing) };
}

/**
 * Where repositories are made first: a copy that is laid meanwhile takes what lies there. Former ones as well: what is in
 * them alone must open, too.
 */
async function resealAll({ services, signal }: Performing): Promise<ResealedLine[]> {
  const used = await services.records.listRepositories();
  const former = await services.records.listFormerRepositories();
  const lines: ResealedLine[] = [];
  for (const destination of services.configuration.destinations) {
    for (const record of [...used, ...former].filter((one) => one.destination === destination.name)) {
      signal.throwIfAborted();
      const { folder } = record;
      const place = uncached(destination, folder);
      if (!used.includes(record) && (await isGone(services, place))) continue;
      lines.push({ destination: destination.name, folder, ...(await resealOne(services, record, place)) });
    }
  }
  return lines;
}

/** A former repository may be removed already. What cannot be looked at is told as a failure. */
async function isGone(services: Services, place: RepositoryPlace): Promise<boolean> {
  try {
    return !(await hasRepository(await services.openStore(place)));
  } catch (error) {
    if (isFailure(error)) return false;
    throw error;
  }
}

async function resealOne(
  services: Services,
  record: RepositoryRecord,
  place: RepositoryPlace,
): Promise<Pick<ResealedLine, 'outcome' | 'failure'>> {
  try {
    await sealRecovery(services, record, await services.openStore(place));
    return { outcome: 'done', failure: undefined };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { outcome: 'failed', failure: tellFailure(error) };
  }
}
