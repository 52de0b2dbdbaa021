import { redirect, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { AccountVisit } from '../visit.ts';

/** Back up now. */
export const backupRoutes: readonly Route[] = [
  { method: 'POST', path: '/backup', access: 'customer', answer: backUpNow },
];

const longestLabel = 60;

async function backUpNow({ account, ask, field, link }: AccountVisit): Promise<Reply> {
  const label = Array.from(field('name')?.trim() ?? '')
    .slice(0, longestLabel)
    .join('');
  const { job } = await ask({
    kind: 'enqueue',
    work: { kind: 'backup', account, paths: [], label: label === '' ? undefined : label },
  });
  return redirect(link(`/jobs/${job.id}`));
}
