import type { LookReport } from '../../plugin/protocol/look.ts';
import { newest, pathBytes } from './recorded-points.ts';

export const recordedLook: LookReport = {
  account: 'maria',
  point: newest,
  path: pathBytes('public_html/.htaccess'),
  type: 'file',
  sizeBytes: 21,
  modified: '2026-11-02T14:20:00.000Z',
  content: { kind: 'text', text: 'ExpiresActive Off\n', isWhole: true, isExact: true },
};
