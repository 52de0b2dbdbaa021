import type { PassphraseReport } from '../../plugin/protocol/passphrase.ts';
import type { Answers } from '../../plugin/protocol/requests.ts';
import { older } from './recorded-points.ts';

const on: PassphraseReport = {
  account: 'maria',
  isOn: true,
  since: '2026-11-16T18:30:00.000Z',
  hostCanRecover: false,
  destination: 'berlin',
  sealed: { count: 2, newestAt: '2026-11-18T00:30:00.000Z' },
  readable: { count: 14, until: '2027-12-31T00:00:00.000Z' },
};

/** Somebody who keeps a passphrase since two days, and has older backups. */
export const recordedPassphrase: Pick<
  Answers,
  'passphrase' | 'set-passphrase' | 'change-passphrase' | 'remove-passphrase' | 'restore-sealed'
> = {
  passphrase: on,
  'set-passphrase': { ...on, sealed: { count: 0, newestAt: undefined } },
  'change-passphrase': on,
  'remove-passphrase': {
    ...on,
    isOn: false,
    since: undefined,
    readable: { count: 0, until: undefined },
  },
  'restore-sealed': {
    account: 'maria',
    point: { ...older, id: '2026-11-18T003000Z-own', kind: 'own' },
    to: '/srv/homes/maria/restored-2026-11-18T003000',
    dryRun: false,
    files: 41,
    folders: 3,
    links: 0,
    bytes: 38_000_000,
    seconds: 1.8,
    problemCount: 0,
    problems: [],
  },
};
