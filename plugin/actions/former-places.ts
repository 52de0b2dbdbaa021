import type { RepositoryRecord } from '../contracts/records.ts';
import type { Generation } from '../domain/ids.ts';
import { planFormerPlaces, type FormerPlace } from '../domain/plan-renewal.ts';
import type { FormerLine } from '../protocol/keys.ts';
import { primaryDestination, type Services } from './services.ts';

type Place = FormerPlace<RepositoryRecord>;

/** What keys from before renewals still open, of all accounts. */
export async function formerPlaces({
  records,
  configuration,
}: Pick<Services, 'records' | 'configuration'>): Promise<Place[]> {
  const former = await records.listFormerRepositories();
  if (former.length === 0) return []; // as nearly always
  const current = await records.listRepositories();
  return planFormerPlaces<RepositoryRecord>(current, former, primaryDestination(configuration).name);
}

/** The same of one account, with until when nobody can remove it. */
export async function formerLines(
  { copyLedger }: Services,
  generation: Generation,
  places: readonly Place[],
): Promise<FormerLine[]> {
  const lines: FormerLine[] = [];
  for (const { place, replacedAt } of places) {
    if (place.generation !== generation) continue;
    const { destination, folder, repositoryId } = place;
    const copy = await copyLedger.load(destination, repositoryId);
    const lockedUntil = copy?.lockedUntil?.toISOString();
    lines.push({ destination, folder, replacedAt: replacedAt?.toISOString(), lockedUntil });
  }
  return lines;
}
