import type { OwnBackupLine, PreparedReport, SettingsReport } from '../../plugin/protocol/own.ts';
import { newest } from './recorded-points.ts';

export const recordedSettings: SettingsReport = {
  account: 'maria',
  email: 'maria@example.gr',
  language: undefined,
  languageUsed: 'el',
  timeZone: undefined,
  timeZoneUsed: 'Europe/Athens',
  mail: { restored: true, ready: true, late: true },
  isMailOn: true,
};

export const recordedOwn: OwnBackupLine = { ...newest, isPinned: true, deletesAt: undefined };

export const recordedPrepared: PreparedReport = {
  account: 'maria',
  name: 'public_html-2026-11-18.zip',
  files: 41,
  bytes: 38_000_000,
  problemCount: 0,
  until: '2026-11-27T08:41:00.000Z',
  point: newest,
};
