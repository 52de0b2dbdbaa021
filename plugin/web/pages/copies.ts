import { presentCopies } from '../presenters/copies.ts';
import { page, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { AccountVisit } from '../visit.ts';
import { listPoints } from './restore.ts';

/** Where the account's backups are, how old they are, and who could delete them. */
export const copiesRoutes: readonly Route[] = [
  { method: 'GET', path: '/copies', access: 'account', answer: showCopies },
];

async function showCopies(visit: AccountVisit): Promise<Reply> {
  const { account, ask, formats, now, query, say } = visit;
  const at = query('at');
  const inventory = await ask({ kind: 'inventory', account });
  const point = at === undefined ? undefined : (await listPoints(visit)).find(({ id }) => id === at);
  return page('copies', { title: say('copies.title'), ...presentCopies({ inventory, point, formats, now }), point });
}
