import type { CopyReport } from '../protocol/copies.ts';

/** What bringing one copy up to date came to. */
export type CopyDone = Omit<CopyReport, 'account' | 'destination' | 'outcome' | 'failure' | 'seconds'>;
