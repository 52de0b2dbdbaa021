import type { Formats } from '../../domain/formats.ts';
import type { AlertKind, AlertLine, Recommendation } from '../../protocol/proof.ts';

/** Something that a person must see to. Its sentence is `host.n_<kind>`. */
export interface Need {
  readonly kind: NeedKind;
  readonly tone: 'bad' | 'warn';
  readonly icon: string;
  /** Of so many accounts or destinations. */
  readonly count: number;
  /** Some of them. */
  readonly names: string;
  /** Since when, of the one that began first; undefined where that is not known. */
  readonly since: string | undefined;
  /** A page that tells more; else the command that does. */
  readonly to: string | undefined;
  readonly command: string;
}

export type NeedKind = AlertKind | 'failing' | 'no-offsite' | 'never-drilled' | 'slower-than-rto';

export interface NeedTools {
  readonly formats: Formats;
  readonly now: Date;
  /** Whether there is such a page. */
  readonly isPage: (path: string) => boolean;
}

const mostNamed = 5;

/** What is open, each kind of thing once however many accounts it is about; failures first, then what began first. */
export function presentNeeds(
  alerts: readonly AlertLine[],
  recommendations: readonly Recommendation[],
  tools: NeedTools,
): Need[] {
  const open = alerts.filter(({ resolvedAt }) => resolvedAt === undefined);
  const groups = Map.groupBy(open, (alert) => `${alert.severity} ${needOf(alert)}`);
  const told = new Set<NeedKind>(open.map(needOf));
  const further = recommendations.filter(({ kind }) => !told.has(recommended[kind].kind));
  const needs = [
    ...[...groups.values()].map((group) => fromAlerts(group, tools)),
    ...further.map((one) => fromRecommendation(one, tools)),
  ];
  return needs.toSorted((one, other) => rank(one) - rank(other));
}

/** Of two kinds is what waits for a drill: what had one, and what never had. */
function needOf({ kind, facts }: AlertLine): NeedKind {
  return kind === 'drill-overdue' && facts['lastDrillAt'] === undefined ? 'never-drilled' : kind;
}

const rank = ({ tone }: Need): number => (tone === 'bad' ? 0 : 1);

interface Shown {
  readonly icon: string;
  /** Below the site's address. */
  readonly to?: string;
  /** With the first account's name in the place of `NAME`. */
  readonly command: string;
}

const shown: { readonly [Kind in NeedKind]: Shown } = {
  'backup-late': { icon: 'clock', to: '/host/accounts?show=late', command: 'larder accounts' },
  'backup-missed': { icon: 'clock', to: '/host/accounts?show=past', command: 'larder accounts' },
  'backup-failed': { icon: 'circle-alert', command: 'larder --account NAME jobs' },
  'point-damaged': { icon: 'circle-alert', command: 'larder verify --repair' },
  'required-missing': { icon: 'file-text', command: 'larder --account NAME drills' },
  'drill-failed': { icon: 'flask-conical', to: '/host/drills', command: 'larder --account NAME drills' },
  'drill-overdue': { icon: 'flask-conical', to: '/host/drills', command: 'larder drill --due' },
  'databases-unproven': { icon: 'database', to: '/host/drills', command: 'larder --account NAME drills' },
  'storage-low': { icon: 'hard-drive', to: '/host/report', command: 'larder report' },
  'backup-large': { icon: 'package', command: 'larder --account NAME list' },
  'backup-small': { icon: 'package', command: 'larder --account NAME list' },
  'count-drop': { icon: 'package', command: 'larder --account NAME list' },
  'copy-late': { icon: 'cloud', to: '/host/copies', command: 'larder copy' },
  'copy-lost': { icon: 'cloud', to: '/host/copies', command: 'larder --account NAME inventory' },
  failing: { icon: 'circle-alert', command: 'larder --account NAME jobs' },
  'no-offsite': { icon: 'cloud', to: '/host/copies', command: 'larder destination add' },
  'never-drilled': { icon: 'flask-conical', to: '/host/drills', command: 'larder drill --due' },
  'slower-than-rto': { icon: 'timer', to: '/host/drills', command: 'larder --account NAME drills' },
};

/** What is so now is told by its alert; recommendations add what nobody is woken for. */
const recommended: {
  readonly [Kind in Recommendation['kind']]: { readonly kind: NeedKind; readonly tone: Need['tone'] };
} = {
  damaged: { kind: 'point-damaged', tone: 'bad' },
  'drill-failed': { kind: 'drill-failed', tone: 'bad' },
  late: { kind: 'backup-missed', tone: 'bad' },
  failing: { kind: 'failing', tone: 'bad' },
  'storage-low': { kind: 'storage-low', tone: 'warn' },
  'no-offsite': { kind: 'no-offsite', tone: 'warn' },
  'never-drilled': { kind: 'never-drilled', tone: 'warn' },
  'databases-unproven': { kind: 'databases-unproven', tone: 'warn' },
  'slower-than-rto': { kind: 'slower-than-rto', tone: 'warn' },
};

function fromAlerts(group: readonly AlertLine[], tools: NeedTools): Need {
  const first = group[0] as AlertLine; // a group has one
  const named = group.map(({ account, facts }) => account ?? String(facts['destination'] ?? ''));
  const since = group.map((alert) => alert.since).toSorted()[0];
  return {
    ...lead(needOf(first), named, { count: named.length, isMore: false }, tools),
    tone: first.severity === 'failure' ? 'bad' : 'warn',
    since: since === undefined ? undefined : tools.formats.ago(since, tools.now),
  };
}

function fromRecommendation({ kind: about, count, names }: Recommendation, tools: NeedTools): Need {
  const { kind, tone } = recommended[about];
  return { ...lead(kind, names, { count, isMore: count > names.length }, tools), tone, since: undefined };
}

function lead(
  kind: NeedKind,
  named: readonly string[],
  { count, isMore }: { readonly count: number; readonly isMore: boolean },
  { isPage }: NeedTools,
): Omit<Need, 'tone' | 'since'> {
  const { icon, to, command } = shown[kind];
  const names = [...new Set(named)];
  const some = names.slice(0, mostNamed).join(', ');
  return {
    kind,
    icon,
    count,
    names: isMore || names.length > mostNamed ? `${some} …` : some,
    to: to !== undefined && isPage(to.split('?', 1)[0] ?? '') ? to : undefined,
    command: command.replace('NAME', () => names[0] ?? ''),
  };
}
