import type { PointLine } from '../protocol/requests.ts';
import type { AccountRepository } from './account-repository.ts';
import { primaryDestination, type Services } from './services.ts';

/**
 * Restore points with the destinations whose copies hold them, as these were last looked at. Of a copy from which somebody
 * deleted nobody knows what is left. Nothing is added where no copies are made, or to what was read from a copy itself.
 */
export async function withCopies(
  { configuration, copyLedger }: Services,
  found: AccountRepository,
  lines: readonly PointLine[],
): Promise<PointLine[]> {
  const places = configuration.destinations.filter(({ role }) => role === 'secondary' || role === 'tertiary');
  if (places.length === 0 || found.destination !== primaryDestination(configuration).name) return [...lines];
  const held = new Map<string, ReadonlySet<string>>();
  for (const { name } of places) {
    const record = await copyLedger.load(name, found.repositoryId);
    if (record !== undefined && record.lost === undefined) held.set(name, new Set(record.snapshots));
  }
  return lines.map((line) => {
    return { ...line, copies: [...held].flatMap(([name, ids]) => (ids.has(line.id) ? [name] : [])) };
  });
}

/** The same of one of them. */
export async function withItsCopies(services: Services, found: AccountRepository, line: PointLine): Promise<PointLine> {
  const [known = line] = await withCopies(services, found, [line]);
  return known;
}
