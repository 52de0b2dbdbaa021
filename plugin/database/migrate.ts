import type { Knex } from 'knex';
import { Failure } from '../domain/failure.ts';

interface Migration {
  readonly up: (knex: Knex) => Promise<void>;
}

/**
 * In the order in which they run. One table or change each: MariaDB cannot take back half a migration. They are loaded
 * when they run: mostly none does.
 */
const migrations: ReadonlyMap<string, () => Promise<Migration>> = new Map([
  ['202611210100_create_accounts', () => import('../../migrations/202611210100_create_accounts.ts')],
  ['202611210101_create_repositories', () => import('../../migrations/202611210101_create_repositories.ts')],
  ['202611210102_create_runs', () => import('../../migrations/202611210102_create_runs.ts')],
  ['202611220100_create_jobs', () => import('../../migrations/202611220100_create_jobs.ts')],
  ['202611220101_index_jobs', () => import('../../migrations/202611220101_index_jobs.ts')],
  ['202611220102_create_logins', () => import('../../migrations/202611220102_create_logins.ts')],
  ['202611220103_create_sessions', () => import('../../migrations/202611220103_create_sessions.ts')],
  ['202611292110_create_point_states', () => import('../../migrations/202611292110_create_point_states.ts')],
  ['202611292111_create_repository_checks', () => import('../../migrations/202611292111_create_repository_checks.ts')],
  ['202611292130_create_schedule_marks', () => import('../../migrations/202611292130_create_schedule_marks.ts')],
  ['202611292131_create_worked_days', () => import('../../migrations/202611292131_create_worked_days.ts')],
  ['202611292132_create_skipped_runs', () => import('../../migrations/202611292132_create_skipped_runs.ts')],
  ['202611292140_create_audit', () => import('../../migrations/202611292140_create_audit.ts')],
  ['202611292140_create_account_settings', () => import('../../migrations/202611292140_create_account_settings.ts')],
  ['202611292141_create_point_wishes', () => import('../../migrations/202611292141_create_point_wishes.ts')],
  ['202611292142_create_mails', () => import('../../migrations/202611292142_create_mails.ts')],
  [
    '202611292140_add_missing_to_point_states',
    () => import('../../migrations/202611292140_add_missing_to_point_states.ts'),
  ],
  ['202611292141_create_drills', () => import('../../migrations/202611292141_create_drills.ts')],
  ['202611292142_create_alerts', () => import('../../migrations/202611292142_create_alerts.ts')],
  ['202611292143_create_storage_days', () => import('../../migrations/202611292143_create_storage_days.ts')],
  [
    '202611292144_add_bytes_stored_to_repository_checks',
    () => import('../../migrations/202611292144_add_bytes_stored_to_repository_checks.ts'),
  ],
  ['202611300800_create_recovery_proofs', () => import('../../migrations/202611300800_create_recovery_proofs.ts')],
  [
    '202611301200_judge_drills_by_databases',
    () => import('../../migrations/202611301200_judge_drills_by_databases.ts'),
  ],
  [
    '202611301520_create_former_repositories',
    () => import('../../migrations/202611301520_create_former_repositories.ts'),
  ],
  ['202611301930_create_begun_drills', () => import('../../migrations/202611301930_create_begun_drills.ts')],
]);

const settings: Knex.MigratorConfig = {
  tableName: 'larder_migrations',
  migrationSource: {
    async getMigrations() {
      return [...migrations.keys()];
    },
    getMigrationName: (name: string) => name,
    async getMigration(name: string) {
      const load = migrations.get(name);
      if (load === undefined) throw new Error(`there is no migration ${name}`);
      const { up } = await load();
      return { up, down: refuseDown };
    },
  },
};

/** Knex asks for it. Going back would delete what was recorded: an older Larder restores the metadata instead. */
async function refuseDown(): Promise<never> {
  throw new Error('the schema never goes back');
}

/**
 * Brings the schema to this version. A run that was killed is taken up where it stopped.
 * For SQLite the caller holds the instance lock; servers that share a MariaDB wait for one another here.
 * @throws {Failure} `system-unsupported` when a newer Larder has changed the schema: then nothing changes.
 */
export async function migrate(connection: Knex, kind: 'sqlite' | 'mysql'): Promise<void> {
  if (await isUpToDate(connection)) return;
  if (kind === 'sqlite') return await runMigrations(connection);
  await withSchemaLock(connection, async () => {
    if (!(await isUpToDate(connection))) await runMigrations(connection);
  });
}

async function isUpToDate(connection: Knex): Promise<boolean> {
  if (!(await connection.schema.hasTable('larder_migrations'))) return false;
  const done = await connection<{ name: string }>('larder_migrations').select('name');
  return areAllDone(done);
}

/** @throws {Failure} `system-unsupported` when a newer Larder has changed the schema. */
export function areAllDone(done: readonly { readonly name: string }[]): boolean {
  const newer = done.find(({ name }) => !migrations.has(name));
  if (newer !== undefined) {
    const problem = `the metadata database was changed by a newer Larder (${newer.name})`;
    throw new Failure('system-unsupported', {
      problem,
      mend: 'install that version, or restore the metadata from before',
    });
  }
  return done.length === migrations.size;
}

/** Knex marks its own table as locked and leaves it so when it is killed: whoever comes here holds a real lock. */
async function runMigrations(connection: Knex): Promise<void> {
  await connection.migrate.forceFreeMigrationsLock(settings);
  await connection.migrate.latest(settings);
}

/** The server ends the lock with the session that holds it. */
async function withSchemaLock(connection: Knex, work: () => Promise<void>): Promise<void> {
  await connection.transaction(async (session) => {
    const [rows]: { taken: number | null }[][] = await session.raw(`SELECT GET_LOCK(${lockName}, 60) AS taken`);
    if (rows?.[0]?.taken !== 1)
      throw new Failure('metadata-unreachable', { problem: 'another server is changing its schema' });
    try {
      await work();
    } finally {
      await session.raw(`DO RELEASE_LOCK(${lockName})`);
    }
  });
}

/** Names of locks are shared by all databases of a server and at most 64 characters long. */
const lockName = `CONCAT('larder-schema-', MD5(DATABASE()))`;
