/** What happened, as one line of JSON each, for the administrator's log. Never secrets, never file contents. */
export interface Log {
  info(event: string, facts: LogFacts): void;
  warn(event: string, facts: LogFacts): void;
  error(event: string, facts: LogFacts): void;
}

/** `error` may hold an `Error`: its code and message are written, its stack with level `error`. */
export type LogFacts = { readonly [name: string]: unknown };
