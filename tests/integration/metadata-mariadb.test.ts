import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before, suite, type TestContext } from 'node:test';
import { testAudit } from '../contracts/audit.ts';
import { testJobQueue } from '../contracts/job-queue.ts';
import { testOutbox } from '../contracts/outbox.ts';
import { testWishes } from '../contracts/point-wishes.ts';
import { testProofTables } from '../contracts/proof-tables.ts';
import { testSessions } from '../contracts/sessions.ts';
import { testVerifications } from '../contracts/verifications.ts';
import { makeAndKillWorkers } from '../support/killed-workers.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { openMetadata } from '../../plugin/database/open-metadata.ts';
import type { KnownAlert } from '../../plugin/domain/plan-alerts.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { metadataPlace, serverA, type MetadataPlace } from '../support/metadata-place.ts';

suite('on a private MariaDB', { skip: hasMariadb ? false : 'mariadb-server is not installed' }, () => {
  let mariadb: PrivateMariadb | undefined;
  let databases = 0;
  /** What a database holds that was just made, as SQL: for each test all schema changes anew would take most of the time. */
  let made = '';

  before(async () => {
    mariadb = await startMariadb();
    const metadata = mariadb.createDatabase('larder_made');
    await (await openMetadata({ metadata, server: serverA, migrates: true })).close();
    made = mariadb.dump('larder_made');
  });
  after(async () => await mariadb?.stop());

  const running = (): PrivateMariadb => {
    assert.ok(mariadb !== undefined);
    return mariadb;
  };
  const place = (context: TestContext): MetadataPlace => {
    databases += 1;
    const name = `larder_${databases}`;
    const metadata = running().createDatabase(name);
    running().sql(`USE ${name};\n${made}`);
    return metadataPlace(context, metadata);
  };

  testJobQueue('the queue in MariaDB', place);
  testSessions('sessions in MariaDB', place);
  testVerifications('verifications in MariaDB', place);
  testAudit('the audit in MariaDB', place);
  testOutbox('the outbox in MariaDB', place);
  testWishes('wishes and settings in MariaDB', place);

  testProofTables('drills, alerts and days in MariaDB', place);

  test('a copy holds every row of every table, as of one moment', async (t) => {
    const here = place(t);
    const metadata = await here.open();
    await metadata.alerts.keep(Array.from({ length: 300 }, (_, number) => alertNumber(number)));
    const folder = temporaryFolder(t);
    const copying = metadata.copyTo(folder);
    const beside = (async () => (await here.open()).alerts.keep([alertNumber(300)]))();
    await Promise.all([copying, beside]);
    const tables = running().sql(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = '${databaseOf(here)}'`,
    );
    const names = tables.trimEnd().split('\n');
    assert.deepEqual(readdirSync(folder).toSorted(), names.map((name) => `${name}.jsonl`).toSorted());
    const lines = readFileSync(join(folder, 'alerts.jsonl'), 'utf8').trimEnd().split('\n');
    const keys = new Set(lines.map((line) => (JSON.parse(line) as { alert_key: string }).alert_key));
    assert.ok(keys.size >= 300 && [...Array(300).keys()].every((number) => keys.has(`failed:${number}`)));
    assert.equal(statSync(join(folder, 'alerts.jsonl')).mode & 0o777, 0o600);
  });

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

function alertNumber(number: number): KnownAlert {
  const about = { key: `failed:${number}`, kind: 'backup-failed', severity: 'failure', account: 'Ελένη' } as const;
  const at = new Date('2026-11-21T12:00:00.000Z');
  return {
    ...about,
    facts: { number },
    since: at,
    seenAt: at,
    resolvedAt: undefined,
    toldAt: undefined,
    toldOverAt: undefined,
  };
}

function databaseOf({ metadata }: MetadataPlace): string {
  assert.ok(metadata.kind === 'mysql');
  return metadata.database;
}
