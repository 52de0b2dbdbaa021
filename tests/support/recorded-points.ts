import type { PointLine } from '../../plugin/protocol/requests.ts';

/** Base64 of text or bytes, as paths travel. */
export function pathBytes(path: string | Uint8Array): string {
  return Buffer.from(path).toString('base64');
}

export const newest: PointLine = {
  id: '1a2b3c4d'.repeat(8),
  time: '2026-11-18T19:12:07.123Z',
  kind: 'nightly',
  label: undefined,
  files: 1204,
  bytes: 412_000_000,
  added: 12,
  changed: 3,
  removed: 6,
  verifiedAt: '2026-11-19T03:00:00.000Z',
  provenAt: '2026-11-19T03:00:00.000Z',
};

export const older: PointLine = {
  id: '5e6f7a8b'.repeat(8),
  time: '2026-11-16T01:04:00.000Z',
  kind: 'manual',
  label: 'πριν το 7.0 日本',
  files: 1198,
  bytes: 408_900_000,
  added: 1198,
  changed: 0,
  removed: 0,
};

export const foreign: PointLine = {
  id: '99aabbcc'.repeat(8),
  time: '2026-09-01T10:00:00.000Z',
  kind: 'foreign',
  label: undefined,
  files: undefined,
  bytes: undefined,
  damage: {
    since: '2026-11-19T02:10:00.000Z',
    kinds: ['missing-pack'],
    paths: ['public_html/\\x1b[31m.php', 'mail/inbox'],
    nearestGood: older.id,
  },
};

export const safety: PointLine = {
  ...older,
  id: 'dd00ee11'.repeat(8),
  time: '2026-11-20T08:03:59.000Z',
  kind: 'before-restore',
};
