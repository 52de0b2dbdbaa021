import assert from 'node:assert/strict';
import test from 'node:test';
import { mailJobEnding } from '../../../plugin/actions/mail-endings.ts';
import type { Services } from '../../../plugin/actions/services.ts';
import type { Job } from '../../../plugin/contracts/job-queue.ts';
import { usualSettings } from '../../../plugin/domain/account-settings.ts';
import type { MailMessage } from '../../../plugin/domain/mail.ts';

/** @returns what would be mailed of a job that ended so. */
async function mailed(job: Partial<Job>): Promise<MailMessage | undefined> {
  let added: MailMessage | undefined;
  const services = {
    configuration: { mail: {} },
    clock: { now: () => new Date() },
    plans: { find: () => Promise.resolve(undefined) },
    settings: { load: () => Promise.resolve(usualSettings) },
    outbox: {
      add: ({ message }: { message: MailMessage }) => {
        added = message;
        return Promise.resolve(true);
      },
    },
  } as unknown as Services;
  const ended = { id: '1', generation: '1', createdAt: new Date(), askedBy: 'root', ...job } as Job;
  await mailJobEnding(services, ended);
  return added;
}

const counts = { comesBack: 3, replaced: 2, deleted: 1, bytes: 10 };

for (const [kind, purpose, isUndo] of [
  ['run-plan', 'restore', false],
  ['undo', 'undo', true],
] as const) {
  test(`the end of ${kind} is mailed, as what it was`, async () => {
    const message = await mailed({ kind, state: 'done', result: JSON.stringify({ purpose, counts }) });
    assert.equal(message?.kind, 'restored');
    assert.equal(message.isUndo, isUndo);
    assert.deepEqual(message.what, { kind: 'files', ...counts });
  });

  test(`so is that ${kind} failed`, async () => {
    const failure = JSON.stringify({ code: 'no-space', facts: {} });
    assert.equal((await mailed({ kind, state: 'failed', failure }))?.kind, 'restore-failed');
  });
}

test('nothing is mailed of a backup', async () => {
  assert.equal(await mailed({ kind: 'backup', state: 'done', result: '{}' }), undefined);
});
