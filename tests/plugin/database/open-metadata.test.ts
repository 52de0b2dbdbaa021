import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openMetadata } from '../../../plugin/database/open-metadata.ts';
import { testAudit } from '../../contracts/audit.ts';
import { testJobQueue } from '../../contracts/job-queue.ts';
import { testOutbox } from '../../contracts/outbox.ts';
import { testWishes } from '../../contracts/point-wishes.ts';
import { testProofTables } from '../../contracts/proof-tables.ts';
import { testFormerRepositories } from '../../contracts/former-repositories.ts';
import { testRecords, type RecordsPlace } from '../../contracts/records.ts';
import { testSessions } from '../../contracts/sessions.ts';
import { testVerifications } from '../../contracts/verifications.ts';
import { maria, newJob } from '../../support/make-jobs.ts';
import { metadataPlace, serverA, type MetadataPlace } from '../../support/metadata-place.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const place = (context: TestContext): MetadataPlace =>
  metadataPlace(context, { kind: 'sqlite', file: join(temporaryFolder(context), 'metadata.db') });

testJobQueue('the queue in SQLite', place);
testSessions('sessions in SQLite', place);
testVerifications('verifications in SQLite', place);
testAudit('the audit in SQLite', place);
testOutbox('the outbox in SQLite', place);
testWishes('wishes and settings in SQLite', place);
testProofTables('drills, alerts and days in SQLite', place);
const recordsBeside = (context: TestContext): RecordsPlace => {
  const { metadata } = place(context);
  return { open: async (server) => (await openMetadata({ metadata, server, migrates: true })).records };
};
testRecords('records beside them in SQLite', recordsBeside);
testFormerRepositories('records beside them in SQLite', recordsBeside);

test('a child uses what its worker has migrated, and never migrates itself', async (t) => {
  const here = place(t);
  const child = await openMetadata({ metadata: here.metadata, server: serverA, migrates: false });
  t.after(() => child.close());
  await assert.rejects(child.jobs.list(maria, 1), /no such table/);
  const worker = await here.open();
  const job = await worker.jobs.add(newJob());
  assert.deepEqual(await child.jobs.find(maria, job.id), job);
});

test('indexes that a killed schema change did not make are made at the next start', async (t) => {
  const here = place(t);
  const first = await here.open();
  await first.close();
  const raw = here.connect();
  await raw.raw('DROP INDEX jobs_by_turn');
  await raw('larder_migrations').where('name', 'like', '%_index_jobs').delete();
  await here.open();
  const indexes = (await raw('sqlite_master').where({ type: 'index', name: 'jobs_by_turn' })) as unknown[];
  assert.equal(indexes.length, 1);
});

test('the id of a job is made of 20 random bytes', async (t) => {
  const { metadata } = place(t);
  const randomBytes = (sizeBytes: number): Buffer => Buffer.from(Array.from({ length: sizeBytes }, (_, at) => 32 + at));
  const opened = await openMetadata({ metadata, server: serverA, migrates: true, randomBytes });
  t.after(() => opened.close());
  assert.equal((await opened.jobs.add(newJob())).id, 'abcdefghjkmnpqrstuvw');
});
