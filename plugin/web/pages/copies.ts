import { isFailure } from '../../domain/failure.ts';
import type { PointLine } from '../../protocol/requests.ts';
import { presentCopies } from '../presenters/copies.ts';
import { presentProven } from '../presenters/proven.ts';
import { homePoints } from '../presenters/when.ts';
import { page, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { AccountVisit } from '../visit.ts';
import { listPoints } from './restore.ts';

/** Where the account's backups are, how old they are, who could delete them, and when one was really restored as a test. */
export const copiesRoutes: readonly Route[] = [
  { method: 'GET', path: '/copies', access: 'account', answer: showCopies },
];

async function showCopies(visit: AccountVisit): Promise<Reply> {
  const { account, ask, formats, now, query, say } = visit;
  const at = query('at');
  const inventory = await ask({ kind: 'inventory', account });
  const { isOn: isSealed } = await ask({ kind: 'passphrase', account });
  const { proven } = await ask({ kind: 'drills', account, limit: 1 });
  const points = await pointsIfReadable(visit);
  const point = points.find(({ id }) => id === at);
  return page('copies', {
    title: say('copies.title'),
    ...presentCopies({ inventory, point, formats, now }),
    point,
    isSealed,
    proven: presentProven({ proven, points: homePoints(points), formats, now }),
  });
}

/** This page tells of the other copies also while the place that the account is usually restored from cannot be read. */
async function pointsIfReadable(visit: AccountVisit): Promise<PointLine[]> {
  try {
    return await listPoints(visit);
  } catch (error) {
    if (isFailure(error)) return [];
    throw error;
  }
}
