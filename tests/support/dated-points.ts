import type { DatedPoint, RetentionGround } from '../../plugin/domain/plan-retention.ts';
import { presets } from '../../plugin/domain/retention-policy.ts';
import { openZoneCalendar } from '../../plugin/domain/zone-calendar.ts';

export function point(time: string | number, changes: Partial<DatedPoint> = {}): DatedPoint {
  const milliseconds = typeof time === 'number' ? time : Date.parse(time);
  return {
    id: `p${milliseconds}`,
    time: milliseconds,
    kind: 'nightly',
    isWhole: true,
    isPinned: false,
    proof: 'good',
    ...changes,
  };
}

/** The default policy as of a moment. */
export function groundAt(now: string | number, changes: Partial<RetentionGround> = {}): RetentionGround {
  return {
    policy: presets.policy,
    now: typeof now === 'number' ? now : Date.parse(now),
    calendar: openZoneCalendar('UTC'),
    undoDays: 7,
    ...changes,
  };
}
