import { isFailure } from '../../domain/failure.ts';
import { isLanguage } from '../../domain/language.ts';
import type { ScheduledRun, ScheduleReport } from '../../protocol/schedules.ts';
import { presentKept } from '../presenters/kept.ts';
import { presentProven } from '../presenters/proven.ts';
import { presentOwn } from '../presenters/own-backups.ts';
import { page, redirect, type Reply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { AccountVisit } from '../visit.ts';

/** When backups run, what stays until when, the customer's own ones, and what is mailed. */
export const scheduleRoutes: readonly Route[] = [
  { method: 'GET', path: '/schedule', access: 'account', answer: showSchedule },
  { method: 'POST', path: '/schedule/settings', access: 'customer', answer: saveSettings },
  { method: 'POST', path: '/schedule/pin', access: 'customer', answer: (visit) => wish(visit, 'pin-backup', 'pinned') },
  {
    method: 'POST',
    path: '/schedule/unpin',
    access: 'customer',
    answer: (visit) => wish(visit, 'unpin-backup', 'unpinned'),
  },
  { method: 'POST', path: '/schedule/keep', access: 'customer', answer: (visit) => wish(visit, 'keep-backup', 'kept') },
];

const notices = ['saved', 'pinned', 'unpinned', 'kept', 'deleting'] as const;
/** Shown for choice; whatever else the customer's is stands before them. */
const zones = [
  'Europe/Athens',
  'Europe/Berlin',
  'Europe/Bucharest',
  'Europe/Dublin',
  'Europe/Helsinki',
  'Europe/Istanbul',
  'Europe/Kyiv',
  'Europe/Lisbon',
  'Europe/London',
  'Europe/Madrid',
  'Europe/Paris',
  'Europe/Rome',
  'Europe/Sofia',
  'Europe/Vienna',
  'Europe/Warsaw',
  'Europe/Zurich',
  'America/Chicago',
  'America/Los_Angeles',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Dubai',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'Australia/Sydney',
  'UTC',
];

async function showSchedule(visit: AccountVisit): Promise<Reply> {
  const { account, ask, formats, now, say, who } = visit;
  const [report, own, settings, [passphrase, { proven }]] = await Promise.all([
    ask({ kind: 'schedule', account, days: 8 }),
    ask({ kind: 'own-backups', account }),
    who.role === 'account' ? ask({ kind: 'settings', account }) : undefined,
    ask({ kind: 'passphrase', account }).then(async (told) => {
      return [told, await ask({ kind: 'drills', account, limit: 1 })] as const;
    }),
  ]);
  return page('schedule', {
    title: say('sched.title'),
    policy: report.retention?.policy === 'policy' ? 'policy' : 'other',
    zones: presentKept(report, formats),
    own: presentOwn(own.backups, report.points, formats),
    isSealed: passphrase.isOn,
    proven: presentProven({ proven, points: [], formats, now }),
    runs: presentRuns(report, passphrase.isOn, visit),
    zone: report.timeZone,
    skips: report.skips.slice(0, 3).map(({ at, reason }) => ({ reason, when: formats.date(at, 'shortTime') })),
    settings,
    timeZones:
      settings === undefined
        ? []
        : [...new Set([...(settings.timeZone === undefined ? [] : [settings.timeZone]), ...zones])],
    said: notices.find((notice) => notice === visit.query('said')),
  });
}

/** The next run of each schedule that this account is part of. */
function presentRuns({ runs }: ScheduleReport, isSealed: boolean, { formats }: AccountVisit) {
  const backups = runs.filter(({ does }) =>
    isSealed ? does === 'archives' : does === 'backup' || does === 'databases',
  );
  const next = new Map<string, ScheduledRun>();
  for (const run of backups) if (!next.has(run.schedule)) next.set(run.schedule, run);
  return [...next.values()].map((run) => ({
    does: run.does,
    at: formats.date(run.expectedAt ?? run.dueAt, 'shortTime'),
  }));
}

async function wish(
  visit: AccountVisit,
  kind: 'pin-backup' | 'unpin-backup' | 'keep-backup',
  said: (typeof notices)[number],
): Promise<Reply> {
  await visit.ask({ kind, account: visit.account, point: visit.field('point') ?? '' });
  return redirect(visit.link('/schedule', { said }));
}

async function saveSettings(visit: AccountVisit): Promise<Reply> {
  const { account, ask, field, fields, link } = visit;
  const mail = fields('mail');
  const language = field('language') ?? '';
  const timeZone = field('zone') ?? '';
  try {
    await ask({
      kind: 'change-settings',
      account,
      settings: {
        language: isLanguage(language) ? language : undefined,
        timeZone: timeZone === '' ? undefined : timeZone,
        mail: { restored: mail.includes('restored'), ready: mail.includes('ready'), late: mail.includes('late') },
      },
    });
  } catch (error) {
    if (!isFailure(error, 'invalid-input')) throw error;
    return redirect(link('/schedule'));
  }
  const cookies = isLanguage(language)
    ? [{ name: 'language' as const, value: language, maxAgeSeconds: 31_536_000 }]
    : undefined;
  return redirect(link('/schedule', { said: 'saved' }), cookies);
}
