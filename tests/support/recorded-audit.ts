import type { AuditLine } from '../../plugin/protocol/audit.ts';
import { pathBytes } from './recorded-points.ts';

export const rootEntry: AuditLine = {
  number: 1,
  at: '2026-11-20T08:00:00.000Z',
  actor: { kind: 'root' },
  account: '_server',
  action: 'nightly',
  details: {},
  job: undefined,
  hash: '1d8e7f00'.repeat(8),
};

export const staffEntry: AuditLine = {
  number: 2,
  at: '2026-11-20T09:58:00.000Z',
  actor: { kind: 'staff', name: 'Eleni', ticket: '#4711', reason: 'the shop is down' },
  account: 'maria',
  action: 'browse',
  details: { point: 'latest', path: pathBytes('public_html') },
  job: undefined,
  hash: '5ca1ab1e'.repeat(8),
};
