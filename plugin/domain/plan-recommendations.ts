import type { DrillOutcome } from './drill-outcome.ts';

interface ReportedAccount {
  readonly account: string;
  readonly rtoMinutes: number;
  readonly isWithinRpo: boolean;
  readonly runs: number;
  readonly failedRuns: number;
  readonly damagedPoints: number;
  readonly lastDrill: DrillOutcome | undefined;
  readonly filesProvenAt: string | undefined;
  readonly drillSeconds: number | undefined;
  readonly hasOffsite: boolean;
}

interface ReportedDestination {
  readonly destination: string;
  readonly daysLeft: number | undefined;
}

/** What a host should do next, the most urgent first. */
export interface PlannedRecommendation {
  readonly kind:
    | 'damaged'
    | 'drill-failed'
    | 'late'
    | 'failing'
    | 'storage-low'
    | 'no-offsite'
    | 'never-drilled'
    | 'databases-unproven'
    | 'slower-than-rto';
  readonly count: number;
  readonly names: readonly string[];
}

const mostNamed = 5;
/** Of an account's runs: more failures than that are no accident. */
const failingShare = 0.1;

export function planRecommendations(
  accounts: readonly ReportedAccount[],
  storage: readonly ReportedDestination[],
  storageDays: number,
): PlannedRecommendation[] {
  const about = (kind: PlannedRecommendation['kind'], isAbout: (account: ReportedAccount) => boolean) => {
    return { kind, names: accounts.filter(isAbout).map(({ account }) => account) };
  };
  const full = storage.filter(({ daysLeft }) => daysLeft !== undefined && daysLeft < storageDays);
  const found: { readonly kind: PlannedRecommendation['kind']; readonly names: readonly string[] }[] = [
    about('damaged', ({ damagedPoints }) => damagedPoints > 0),
    about('drill-failed', ({ lastDrill }) => lastDrill === 'failed'),
    about('late', ({ isWithinRpo }) => !isWithinRpo),
    about('failing', ({ runs, failedRuns }) => runs > 0 && failedRuns / runs > failingShare),
    { kind: 'storage-low', names: full.map(({ destination }) => destination) },
    about('no-offsite', ({ hasOffsite }) => !hasOffsite),
    about('never-drilled', ({ lastDrill }) => lastDrill === undefined),
    about('databases-unproven', ({ lastDrill, filesProvenAt }) => {
      return lastDrill === 'files-only' && filesProvenAt !== undefined;
    }),
    about('slower-than-rto', ({ drillSeconds, rtoMinutes }) => (drillSeconds ?? 0) > rtoMinutes * 60),
  ];
  return found
    .filter(({ names }) => names.length > 0)
    .map(({ kind, names }) => ({ kind, count: names.length, names: names.slice(0, mostNamed) }));
}
