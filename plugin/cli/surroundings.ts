import type { Performer } from '../protocol/requests.ts';
import type { Input } from './ask.ts';
import type { Environment } from './language.ts';
import type { Output } from './screen.ts';
import type { LoadTexts } from './texts.ts';

/** Everything the command line touches. */
export interface Surroundings {
  /** Without `node` and the script. */
  readonly argv: readonly string[];
  /** Called at most once, and only by commands that need it. */
  readonly performer: () => Promise<Performer>;
  readonly streams: { readonly stdin: Input; readonly stdout: Output; readonly stderr: Output };
  /** LC_ALL, LC_MESSAGES, LC_CTYPE, LANG, NO_COLOR, TERM and LARDER_DEBUG are looked at. */
  readonly environment: Environment;
  readonly clock: { now(): Date; elapsedMilliseconds(): number };
  /** IANA name: times are shown and understood there. */
  readonly timeZone: string;
  readonly workingDirectory: string;
  readonly loadTexts: LoadTexts;
  readonly version: string;
  /** Aborted when the person wants to stop. */
  readonly signal: AbortSignal;
}
