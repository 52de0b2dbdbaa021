import assert from 'node:assert/strict';
import test, { after, before, suite, type TestContext } from 'node:test';
import { testAudit } from '../contracts/audit.ts';
import { testJobQueue } from '../contracts/job-queue.ts';
import { testOutbox } from '../contracts/outbox.ts';
import { testWishes } from '../contracts/point-wishes.ts';
import { testSessions } from '../contracts/sessions.ts';
import { testVerifications } from '../contracts/verifications.ts';
import { makeAndKillWorkers } from '../support/killed-workers.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { metadataPlace, type MetadataPlace } from '../support/metadata-place.ts';

suite('on a private MariaDB', { skip: hasMariadb ? false : 'mariadb-server is not installed' }, () => {
  let mariadb: PrivateMariadb | undefined;
  let databases = 0;

  before(async () => {
    mariadb = await startMariadb();
  });
  after(async () => await mariadb?.stop());

  const running = (): PrivateMariadb => {
    assert.ok(mariadb !== undefined);
    return mariadb;
  };
  const place = (context: TestContext): MetadataPlace => {
    databases += 1;
    return metadataPlace(context, running().createDatabase(`larder_${databases}`));
  };

  testJobQueue('the queue in MariaDB', place);
  testSessions('sessions in MariaDB', place);
  testVerifications('verifications in MariaDB', place);
  testAudit('the audit in MariaDB', place);
  testOutbox('the outbox in MariaDB', place);
  testWishes('wishes and settings in MariaDB', place);

  test('two workers that are killed again and again do every job once', async (t) => {
    await makeAndKillWorkers(t, place(t));
  });

  test('indexes that a killed schema change did not make are made at the next start', async (t) => {
    const here = place(t);
    await (await here.open()).close();
    const raw = here.connect();
    await raw.raw('DROP INDEX jobs_by_turn ON jobs');
    await raw('larder_migrations').where('name', 'like', '%_index_jobs').delete();
    await here.open();
    const found = running().sql(
      `SELECT COUNT(DISTINCT index_name) FROM information_schema.statistics WHERE table_schema = '${databaseOf(here)}' AND table_name = 'jobs'`,
    );
    assert.equal(found, '8\n');
  });
});

function databaseOf({ metadata }: MetadataPlace): string {
  assert.ok(metadata.kind === 'mysql');
  return metadata.database;
}
