import type { Formats } from '../../domain/formats.ts';
import type { AuditLine } from '../../protocol/audit.ts';
import type { JobLine } from '../../protocol/jobs.ts';
import type { PointLine } from '../../protocol/requests.ts';
import type { Facts, Say } from '../words.ts';

/** What an event belongs to. */
export type ActivityGroup = 'restores' | 'backups' | 'people';

/** One thing that happened, in words. */
export interface ActivityEvent {
  readonly at: string;
  readonly group: ActivityGroup;
  readonly icon: string;
  readonly tone: '' | 'ok' | 'warn' | 'bad' | 'staffed';
  readonly title: string;
  readonly details: readonly string[];
  /** A word beside it: who of the host it was. */
  readonly badge: string | undefined;
  readonly action: { readonly word: 'undo' | 'use' | 'before' | 'see'; readonly to: string } | undefined;
}

export interface ActivityDay {
  readonly day: string;
  readonly isDay: boolean;
  readonly events: readonly (ActivityEvent & { readonly time: string })[];
}

export interface ActivityTools {
  readonly say: Say;
  readonly formats: Formats;
  readonly link: (path: string, query?: { readonly [name: string]: string }) => string;
}

/** What is known of how a restore ended, beside its job. */
export interface KnownEnding {
  readonly isUndo: boolean;
  readonly pointTime: string | undefined;
  readonly items: number | undefined;
  readonly database: string | undefined;
}

/** Restores, downloads and the like, as jobs tell them. Backups that ended well are told by their restore points. */
export function eventsOfJobs(
  jobs: readonly JobLine[],
  endings: ReadonlyMap<string, KnownEnding>,
  tools: ActivityTools,
): ActivityEvent[] {
  return jobs.flatMap((job) => {
    if (job.kind === 'run-plan') return [ofRestore(job, endings.get(job.id), tools)];
    if (job.kind === 'backup') return ofBackupJob(job, tools);
    const word = otherJobs[job.kind];
    const isDone = job.state === 'done' && word !== undefined;
    return isDone ? [{ ...plain(job, tools), ...word, title: tools.say(`acty.${word.word}`) }] : [];
  });
}

const otherJobs: {
  readonly [kind: string]: { readonly word: string; readonly icon: string; readonly group: ActivityGroup };
} = {
  'local-copy': { word: 'copy', icon: 'archive', group: 'backups' },
  'prepare-download': { word: 'download', icon: 'file-down', group: 'backups' },
  forget: { word: 'deleted', icon: 'trash-2', group: 'backups' },
};

function plain(job: JobLine, { link }: ActivityTools): Omit<ActivityEvent, 'title' | 'icon' | 'group'> {
  const at = job.finishedAt ?? job.startedAt ?? job.createdAt;
  return { at, tone: '', details: [], badge: undefined, action: { word: 'see', to: link(`/jobs/${job.id}`) } };
}

function ofRestore(job: JobLine, ending: KnownEnding | undefined, tools: ActivityTools): ActivityEvent {
  const { say, formats, link } = tools;
  const base = { ...plain(job, tools), group: 'restores' as const };
  if (job.state === 'failed') return { ...base, icon: 'circle-alert', tone: 'bad', title: say('acty.restore_failed') };
  if (job.state === 'cancelled') return { ...base, icon: 'ban', tone: 'warn', title: say('acty.restore_stopped') };
  if (job.state !== 'done') return { ...base, icon: 'refresh-cw', title: say('acty.restore_runs') };
  const from =
    ending?.pointTime === undefined ? [] : [say('acty.from', { when: formats.date(ending.pointTime, 'shortTime') })];
  const until =
    job.undoUntil === undefined ? [] : [say('acty.undo_until', { when: formats.date(job.undoUntil, 'dayMonth') })];
  const canUndo = job.undoUntil !== undefined && ending?.isUndo !== true;
  return {
    ...base,
    icon: 'undo-2',
    tone: 'ok',
    title: titleOf(ending, say),
    details: ending?.isUndo === true ? [] : [...from, ...until],
    action: { word: canUndo ? 'undo' : 'see', to: link(`/jobs/${job.id}`) },
  };
}

function titleOf(ending: KnownEnding | undefined, say: Say): string {
  if (ending?.isUndo === true) return say('acty.undone');
  if (ending?.database !== undefined) return say('acty.restored_db', { name: ending.database });
  if (ending?.items === 0) return say('acty.restored_same');
  return ending?.items === undefined ? say('acty.restored') : say('acty.restored_n', { count: ending.items });
}

function ofBackupJob(job: JobLine, tools: ActivityTools): ActivityEvent[] {
  const base = { ...plain(job, tools), group: 'backups' as const };
  if (job.state === 'failed' || job.state === 'cancelled') {
    return [{ ...base, icon: 'circle-alert', tone: 'bad', title: tools.say('acty.backup_failed') }];
  }
  if (job.state === 'done') return [];
  return [{ ...base, icon: 'refresh-cw', title: tools.say('acty.backup_runs') }];
}

/** @param before ids of restore points after which more changed than usual, with the one before each. */
export function eventsOfPoints(
  points: readonly PointLine[],
  before: ReadonlyMap<string, { readonly point: string; readonly files: number }>,
  tools: ActivityTools,
): ActivityEvent[] {
  return points.map((point) => {
    const big = before.get(point.id);
    const { say, link } = tools;
    return {
      at: point.time,
      group: 'backups',
      icon: big === undefined ? (point.kind === 'manual' ? 'bookmark' : 'shield-check') : 'triangle-alert',
      tone: big === undefined ? '' : 'warn',
      title: big === undefined ? nameOf(point, say) : say('acty.big', { count: big.files }),
      details: changesOf(point, say),
      badge: undefined,
      action:
        big === undefined
          ? { word: 'use', to: link('/restore', { at: point.id }) }
          : { word: 'before', to: link('/restore', { at: big.point }) },
    };
  });
}

function nameOf({ kind, label }: PointLine, say: Say): string {
  if (kind === 'database') return say('acty.backup_db');
  return label === undefined ? say('acty.backup') : say('acty.backup_own', { name: label });
}

function changesOf({ added, changed, removed }: PointLine, say: Say): string[] {
  if (added === undefined || changed === undefined || removed === undefined) return [];
  return [added + changed + removed === 0 ? say('acty.same') : say('acty.changes', { added, changed, removed })];
}

const looksOnly: ReadonlySet<string> = new Set([
  'browse',
  'diff',
  'find',
  'plan',
  'versions',
  'list',
  'tables',
  'table',
  'mailboxes',
]);

/** What people of the host did, and who signed in; one line for all that the same person looked at within an hour. */
export function eventsOfAudit(entries: readonly AuditLine[], { say }: ActivityTools): ActivityEvent[] {
  const seen = new Set<string>();
  return entries.flatMap((entry) => {
    const word = wordOf(entry);
    if (word === undefined) return [];
    const { actor } = entry;
    const who = 'name' in actor ? actor.name : '';
    const key = `${word} ${who} ${entry.at.slice(0, 13)}`;
    if (seen.has(key)) return [];
    seen.add(key);
    const staff = actor.kind === 'staff' ? actor : undefined;
    const facts: Facts = { name: who };
    return [
      {
        at: entry.at,
        group: 'people' as const,
        icon: staff === undefined ? 'user' : 'headset',
        tone: staff === undefined ? ('' as const) : ('staffed' as const),
        title: say(`acty.${word}`, facts),
        details: staff === undefined ? [] : [say('acty.reason', { text: staff.reason })],
        badge: staff === undefined ? undefined : say('acty.ticket', { n: staff.ticket }),
        action: undefined,
      },
    ];
  });
}

function wordOf({ actor, action }: AuditLine): string | undefined {
  if (actor.kind === 'account') return action === 'open-session' ? 'signed_in' : undefined;
  if (actor.kind === 'admin') return 'admin_did';
  if (actor.kind !== 'staff') return undefined;
  if (action === 'open-session') return 'staff_in';
  return looksOnly.has(action) ? 'staff_look' : 'staff_did';
}

/** What stands together: each of the last days, and months before. @param events the newest first. */
export function groupEvents(
  events: readonly ActivityEvent[],
  now: Date,
  { say, formats }: ActivityTools,
): ActivityDay[] {
  const daysAgo = (days: number) => formats.day(new Date(now.getTime() - days * 86_400_000).toISOString());
  const [today, yesterday, week] = [daysAgo(0), daysAgo(1), daysAgo(recentDays)];
  const groups = new Map<string, ActivityEvent[]>();
  for (const event of events) {
    const day = formats.day(event.at);
    const key = day > week ? day : day.slice(0, 7);
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups].map(([key, own]) => {
    const isDay = key.length === 10;
    const first = own[0]?.at ?? '';
    const named = key === today ? say('acty.today') : key === yesterday ? say('acty.yesterday') : undefined;
    return {
      day: named ?? formats.date(first, isDay ? 'weekday' : 'month'),
      isDay,
      events: own.map((event) => ({ ...event, time: formats.date(event.at, isDay ? 'time' : 'dayShort') })),
    };
  });
}

const recentDays = 7;
