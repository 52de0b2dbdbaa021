import { presentHostCopies } from '../presenters/host-copies.ts';
import { page, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { HostVisit } from '../visit.ts';

/** Whether every account has three copies, two ways, one elsewhere; what is missing, and what to type. */
export const hostCopiesRoutes: readonly Route[] = [
  { method: 'GET', path: '/host/copies', access: 'admin', answer: showHostCopies },
];

async function showHostCopies({ ask, formats, now, say }: HostVisit): Promise<Reply> {
  const [{ accounts, recovery }, { destinations }] = await Promise.all([
    ask({ kind: 'server-inventory' }),
    ask({ kind: 'destinations' }),
  ]);
  const told = presentHostCopies({ accounts, recovery, destinations, formats, now });
  return page('host-copies', { title: say('hostCopies.title'), ...told });
}
