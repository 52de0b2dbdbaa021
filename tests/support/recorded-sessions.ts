import type { Answers } from '../../plugin/protocol/requests.ts';

/** Of recorded answers, those about sessions. */
export const recordedSessions: Pick<Answers, 'open-session' | 'session' | 'close-session'> = {
  'open-session': {
    session: 'c2Vzc2lvbg',
    role: 'account',
    account: 'maria',
    expiresAt: '2026-11-20T18:04:00.000Z',
  },
  session: {
    role: 'account',
    account: 'maria',
    language: 'el',
    timeZone: undefined,
    email: 'maria@example.gr',
    staff: undefined,
    ticket: undefined,
    site: 'taverna-maria.example',
    rpoHours: 26,
    hasDatabases: true,
    undoDays: 7,
    expiresAt: '2026-11-20T18:04:00.000Z',
  },
  'close-session': {},
};
