import { isFailure } from '../../domain/failure.ts';
import { Failure } from '../../domain/failure.ts';
import { page, redirect, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { AccountVisit } from '../visit.ts';

/** Deleting a backup of one's own: a code by mail first, then three days in which it can be called off. */
export const deleteBackupRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/backups/:point/delete',
    access: 'customer',
    answer: (visit) => showDelete(visit, undefined),
  },
  { method: 'POST', path: '/backups/:point/code', access: 'customer', answer: sendCode },
  { method: 'POST', path: '/backups/:point/delete', access: 'customer', answer: deleteBackup },
];

const statuses = { wrong: 403, many: 429 } as const;

async function showDelete(visit: AccountVisit, problem: 'wrong' | 'many' | undefined): Promise<Reply> {
  const { account, ask, formats, param, query, say } = visit;
  const [{ backups }, settings] = await Promise.all([
    ask({ kind: 'own-backups', account }),
    ask({ kind: 'settings', account }),
  ]);
  const backup = backups.find(({ id }) => id === param('point'));
  if (backup === undefined) throw new Failure('unknown-restore-point', { text: param('point'), hint: '' });
  return page(
    'delete-backup',
    {
      title: say('del.title'),
      id: backup.id,
      name: backup.label ?? say('sched.unnamed'),
      when: formats.date(backup.time, 'weekdayTime'),
      email: settings.isMailOn ? settings.email : undefined,
      isSent: query('sent') !== undefined || problem !== undefined,
      problem,
    },
    problem === undefined ? 200 : statuses[problem],
  );
}

async function sendCode(visit: AccountVisit): Promise<Reply> {
  const { account, ask, link, param } = visit;
  try {
    await ask({ kind: 'ask-delete-code', account, point: param('point') });
  } catch (error) {
    if (isFailure(error, 'too-many-codes')) return await showDelete(visit, 'many');
    throw error;
  }
  return redirect(link(`/backups/${encodeURIComponent(param('point'))}/delete`, { sent: 1 }));
}

async function deleteBackup(visit: AccountVisit): Promise<Reply> {
  const { account, ask, field, link, param } = visit;
  try {
    await ask({ kind: 'delete-backup', account, point: param('point'), code: field('code')?.trim() || '-' });
  } catch (error) {
    const isWrong = isFailure(error, 'code-wrong') || (isFailure(error, 'invalid-input') && isField(error, 'code'));
    if (isWrong) return await showDelete(visit, 'wrong');
    throw error;
  }
  return redirect(link('/schedule', { said: 'deleting' }));
}

function isField({ facts }: Failure, name: string): boolean {
  return 'field' in facts && facts.field === name;
}
