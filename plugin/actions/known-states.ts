import type { RepositoryPlace } from '../contracts/verifications.ts';
import type { PointState } from '../domain/point-state.ts';
import { nearestGood } from '../domain/nearest-good.ts';
import type { Repository } from '../engine/repository.ts';
import { listSnapshots } from '../engine/snapshot.ts';
import type { PointLine } from '../protocol/requests.ts';
import type { AccountRepository } from './account-repository.ts';
import { toPointLine } from './restore-points.ts';
import type { Services } from './services.ts';

/** Restore points with what is known of them from reading them back. @param lines all of the account, oldest first. */
export async function withStates(
  { verifications }: Services,
  found: AccountRepository,
  lines: readonly PointLine[],
): Promise<PointLine[]> {
  const states: ReadonlyMap<string, PointState> = await verifications.states(placeOf(found));
  const isDamaged = ({ id }: PointLine): boolean => states.get(id)?.damage !== undefined;
  return lines.map((line) => addState(line, states.get(line.id), () => nearestGood(lines, line, isDamaged)?.id));
}

/** The same for one of them; the others are looked at only when it is damaged. */
export async function withState(
  services: Services,
  found: AccountRepository,
  repository: Repository,
  line: PointLine,
): Promise<PointLine> {
  const states: ReadonlyMap<string, PointState> = await services.verifications.states(placeOf(found));
  const state = states.get(line.id);
  if (state?.damage === undefined) return addState(line, state, () => undefined);
  const { snapshots } = await listSnapshots(repository);
  const marked = await withStates(services, found, snapshots.map(toPointLine));
  return marked.find(({ id }) => id === line.id) ?? line;
}

export function placeOf({ account, destination }: AccountRepository): RepositoryPlace {
  return { generation: account.generation, destination };
}

function addState(line: PointLine, state: PointState | undefined, findGood: () => string | undefined): PointLine {
  if (state === undefined) return line;
  const { verifiedAt, provenAt, damage } = state;
  return {
    ...line,
    verifiedAt: verifiedAt?.toISOString(),
    provenAt: provenAt?.toISOString(),
    ...(damage && {
      damage: {
        since: damage.since.toISOString(),
        kinds: damage.kinds,
        paths: damage.paths,
        nearestGood: findGood(),
      },
    }),
  };
}
