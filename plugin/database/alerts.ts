import type { Alerts, StorageDays } from '../contracts/alerts.ts';
import type { KnownAlert } from '../domain/plan-alerts.ts';
import type { StorageDay } from '../domain/storage-trend.ts';
import type { AccountBook } from './accounts.ts';
import { explainUnreachable } from './explain-unreachable.ts';

interface AlertRow {
  readonly server: string;
  readonly alert_key: string;
  readonly since: number;
  readonly kind: string;
  readonly severity: KnownAlert['severity'];
  readonly account_name: string | null;
  readonly facts: string;
  readonly seen_at: number;
  readonly resolved_at: number | null;
  readonly told_at: number | null;
  readonly told_over_at: number | null;
}

interface StorageRow {
  readonly server: string;
  readonly destination: string;
  readonly day: string;
  readonly bytes_stored: number;
  readonly bytes_free: number | null;
}

const rowsPerStatement = 50;

export function toAlerts({ connection, server }: AccountBook): Alerts {
  const alerts = () => connection<AlertRow>('alerts').where({ server });
  return {
    list: (overSince) =>
      explainUnreachable(async () => {
        const rows = await alerts()
          .where((query) => void query.whereNull('resolved_at').orWhere('resolved_at', '>=', overSince.getTime()))
          .orderBy([{ column: 'since' }, { column: 'alert_key' }])
          .select('*');
        return rows.map(toAlert);
      }),
    keep: (kept) =>
      explainUnreachable(async () => {
        const rows = kept.map((alert) => toRow(server, alert));
        for (let from = 0; from < rows.length; from += rowsPerStatement) {
          const some = rows.slice(from, from + rowsPerStatement);
          await connection<AlertRow>('alerts').insert(some).onConflict(['server', 'alert_key', 'since']).merge();
        }
      }),
    removeOverBefore: (time) =>
      explainUnreachable(async () => {
        await alerts().where('resolved_at', '<', time.getTime()).delete();
      }),
  };
}

export function toStorageDays({ connection, server }: AccountBook): StorageDays {
  return {
    note: (destination, { day, bytesStored, bytesFree }) =>
      explainUnreachable(async () => {
        await connection<StorageRow>('storage_days')
          .insert({ server, destination, day, bytes_stored: bytesStored, bytes_free: bytesFree ?? null })
          .onConflict(['server', 'destination', 'day'])
          .merge();
      }),
    list: (since) =>
      explainUnreachable(async () => {
        const rows = await connection<StorageRow>('storage_days')
          .where({ server })
          .andWhere('day', '>=', dayOf(since))
          .orderBy('day')
          .select('*');
        const days = Map.groupBy(rows, ({ destination }) => destination);
        return new Map([...days].map(([destination, some]) => [destination, some.map(toDay)]));
      }),
    removeBefore: (time) =>
      explainUnreachable(async () => {
        await connection<StorageRow>('storage_days').where({ server }).andWhere('day', '<', dayOf(time)).delete();
      }),
  };
}

function toRow(server: string, alert: KnownAlert): AlertRow {
  return {
    server,
    alert_key: alert.key,
    since: alert.since.getTime(),
    kind: alert.kind,
    severity: alert.severity,
    account_name: alert.account ?? null,
    facts: JSON.stringify(alert.facts),
    seen_at: alert.seenAt.getTime(),
    resolved_at: alert.resolvedAt?.getTime() ?? null,
    told_at: alert.toldAt?.getTime() ?? null,
    told_over_at: alert.toldOverAt?.getTime() ?? null,
  };
}

function toAlert(row: AlertRow): KnownAlert {
  return {
    key: row.alert_key,
    kind: row.kind,
    severity: row.severity,
    account: row.account_name ?? undefined,
    facts: JSON.parse(row.facts) as KnownAlert['facts'],
    since: new Date(row.since),
    seenAt: new Date(row.seen_at),
    resolvedAt: toDate(row.resolved_at),
    toldAt: toDate(row.told_at),
    toldOverAt: toDate(row.told_over_at),
  };
}

function toDay({ day, bytes_stored, bytes_free }: StorageRow): StorageDay {
  return { day, bytesStored: bytes_stored, bytesFree: bytes_free ?? undefined };
}

function toDate(milliseconds: number | null): Date | undefined {
  return milliseconds === null ? undefined : new Date(milliseconds);
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
