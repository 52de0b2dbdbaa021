import type { CoverageNote, SkipReason } from '../domain/coverage.ts';
import type { PathBytes } from './requests.ts';

/** `name-changed`: it is in the zip under another name. Everything else is not in it. */
export interface DownloadProblem {
  readonly path: PathBytes;
  readonly reason: 'damaged' | 'type-refused' | 'name-refused' | 'name-changed';
}

export interface LocalCopyProblem {
  readonly path: PathBytes;
  readonly reason: DownloadProblem['reason'] | SkipReason | CoverageNote;
}
