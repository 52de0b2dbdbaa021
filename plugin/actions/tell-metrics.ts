import { freshnessOf } from '../domain/assess-account.ts';
import { isUnasked } from '../domain/drill-outcome.ts';
import { renderMetrics, type Metric } from '../domain/prometheus-text.ts';
import type { Answer } from '../protocol/requests.ts';
import { reportOf } from './drill-report.ts';
import { gatherProof, type GatheredAccount, type GatheredProof } from './gather-proof.ts';
import type { Services } from './services.ts';

const dayMilliseconds = 86_400_000;
const historyDays = 30;

/** Numbers for Prometheus. Times are seconds since 1970, so that the server which reads them says how old they are. */
export async function tellMetrics(services: Services): Promise<Answer<'metrics'>> {
  const now = services.clock.now();
  const gathered = await gatherProof(services, new Date(now.getTime() - historyDays * dayMilliseconds));
  const open = (await services.alerts.list(now)).filter(({ resolvedAt }) => resolvedAt === undefined);
  const alerts = Map.groupBy(open, ({ kind, severity }) => `${kind} ${severity}`);
  const text = renderMetrics([
    gauge('larder_metrics_written_timestamp_seconds', 'When these numbers were written.', [
      { labels: {}, value: now.getTime() / 1000 },
    ]),
    ...accountMetrics(gathered, now),
    ...proofMetrics(gathered),
    ...storageMetrics(gathered),
    gauge(
      'larder_alerts',
      'Alerts that are open, by kind and severity.',
      [...alerts].map(([key, some]) => {
        const [kind = '', severity = ''] = key.split(' ');
        return { labels: { kind, severity }, value: some.length };
      }),
    ),
  ]);
  return { text };
}

function accountMetrics({ accounts }: GatheredProof, now: Date): Metric[] {
  const each = perAccount(accounts);
  return [
    gauge(
      'larder_accounts',
      'Accounts on the panel, by how fresh their newest restore point is.',
      freshness(accounts, now),
    ),
    each('larder_last_backup_timestamp_seconds', 'When the newest good restore point was made.', ({ facts }) =>
      toSeconds(facts.lastGoodAt),
    ),
    each(
      'larder_rpo_seconds',
      'How old it may become by the tier of the account.',
      ({ facts }) => facts.tier.rpoHours * 3600,
    ),
    each(
      'larder_rto_seconds',
      'How long a restore of everything may take by the tier.',
      ({ facts }) => facts.tier.rtoMinutes * 60,
    ),
    each('larder_last_backup_failed', '1 when the newest try of a backup failed.', ({ facts }) =>
      facts.failure === undefined ? 0 : 1,
    ),
    each('larder_backup_bytes', 'Size of the newest good backup.', ({ lastGood }) => lastGood?.bytesTotal),
    each('larder_backup_files', 'Files of the newest good backup.', ({ lastGood }) => lastGood?.filesTotal),
    each(
      'larder_backup_seconds',
      'How long the newest good backup took.',
      ({ lastGood }) => lastGood && (lastGood.finishedAt.getTime() - lastGood.startedAt.getTime()) / 1000,
    ),
  ];
}

function proofMetrics({ accounts }: GatheredProof): Metric[] {
  const each = perAccount(accounts);
  return [
    each('larder_damaged_points', 'Restore points that are known to be damaged.', ({ facts }) => facts.damagedPoints),
    each(
      'larder_last_verified_timestamp_seconds',
      'When a restore point was last read back and found whole.',
      ({ verification }) => toSeconds(verification?.verifiedAt),
    ),
    each('larder_last_drill_timestamp_seconds', 'When the account was last restored in a drill.', ({ lastDrill }) =>
      toSeconds(lastDrill?.finishedAt),
    ),
    each(
      'larder_last_drill_passed',
      '0 when something was wrong in the last drill.',
      ({ lastDrill }) => lastDrill && Number(lastDrill.outcome !== 'failed'),
    ),
    each(
      'larder_last_proven_timestamp_seconds',
      'When a drill last proved everything, databases too.',
      ({ lastPassed }) => toSeconds(lastPassed?.finishedAt),
    ),
    each(
      'larder_last_drill_files_only',
      '1 when the last drill found nothing wrong, but loaded no databases.',
      ({ lastDrill }) => lastDrill && Number(lastDrill.outcome === 'files-only'),
    ),
    each(
      'larder_drill_seconds',
      'How long the last drill took.',
      ({ lastDrill }) => lastDrill && reportOf(lastDrill).seconds,
    ),
    gauge(
      'larder_last_drill_sites',
      'Restored sites that the last drill was to ask for their front pages, by what became of it.',
      accounts.flatMap(siteSamples),
    ),
  ];
}

/** Nothing where sites are not to be asked. */
function siteSamples({ account, lastDrill }: GatheredAccount): Metric['samples'] {
  const { sites } = lastDrill === undefined ? { sites: [] } : reportOf(lastDrill);
  const probes = sites.flatMap(({ probe }) => (probe === undefined ? [] : [probe]));
  if (probes.length === 0) return [];
  return (['answered', 'failed', 'not-asked'] as const).map((outcome) => {
    const some = probes.filter((probe) => (isUnasked(probe) ? 'not-asked' : probe.outcome) === outcome);
    return { labels: { account: account.name, outcome }, value: some.length };
  });
}

/** A metric with a value for each account. */
function perAccount(accounts: readonly GatheredAccount[]) {
  return (name: string, help: string, value: (account: GatheredAccount) => number | undefined): Metric =>
    gauge(
      name,
      help,
      accounts.map((one) => ({ labels: { account: one.account.name }, value: value(one) })),
    );
}

function freshness(accounts: readonly GatheredAccount[], now: Date): Metric['samples'] {
  return (['fresh', 'late', 'missed', 'never'] as const).map((state) => {
    return { labels: { state }, value: accounts.filter(({ facts }) => freshnessOf(facts, now) === state).length };
  });
}

function storageMetrics({ storage }: GatheredProof): Metric[] {
  const each = (name: string, help: string, value: (one: GatheredProof['storage'][number]) => number | undefined) =>
    gauge(
      name,
      help,
      storage.map((one) => ({ labels: { destination: one.destination }, value: value(one) })),
    );
  return [
    each(
      'larder_destination_stored_bytes',
      'In packs of all repositories, when they were checked last.',
      (one) => one.bytesStored,
    ),
    each('larder_destination_free_bytes', 'Free at the destination.', (one) => one.bytesFree),
    each('larder_destination_days_left', 'Days until it is full, by trend.', (one) => one.daysLeft),
  ];
}

function gauge(name: string, help: string, samples: Metric['samples']): Metric {
  return { name, help, type: 'gauge', samples };
}

function toSeconds(time: Date | undefined): number | undefined {
  return time === undefined ? undefined : time.getTime() / 1000;
}
