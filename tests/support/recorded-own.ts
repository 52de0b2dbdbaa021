import type { OwnBackupLine, SettingsReport } from '../../plugin/protocol/own.ts';
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
