import type { PlanReport } from '../../plugin/protocol/plans.ts';
import { newest, pathBytes } from './recorded-points.ts';

export const plan: PlanReport = {
  plan: 'p1q2r3s4',
  account: 'maria',
  purpose: 'restore',
  point: newest,
  target: { kind: 'in-place' },
  mode: 'merge',
  undoes: undefined,
  counts: { comesBack: 4, replaced: 1, deleted: 0, same: 38, refused: 0, bytes: 5_600_000, safetyBytes: 412 },
  warnings: [{ kind: 'newer-replaced', count: 1 }],
  entries: [
    planned('public_html/εικόνες/α.jpg', 'comes-back', 2_400_000),
    planned('public_html/εικόνες/β.jpg', 'comes-back', 1_600_000),
    planned('public_html/evil\u001b[2J\n\u202egpj.exe', 'comes-back', 999),
    planned('public_html/caf\u00e9.html', 'comes-back', 12_000),
    { ...planned('public_html/index.php', 'replaced', 412), sizeNow: 1_204, modifiedNow: '2026-11-20T07:00:00.000Z' },
  ],
  isComplete: true,
  expiresAt: '2026-11-20T10:34:00.000Z',
  undoDays: 7,
};

function planned(path: string, action: 'comes-back' | 'replaced', sizeBytes: number) {
  const live = { sizeNow: undefined, modifiedNow: undefined };
  return { path: pathBytes(path), action, type: 'file', sizeBytes, modified: '2026-11-17T08:30:00.000Z', ...live };
}
