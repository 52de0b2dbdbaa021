/** When cron expressions are due, in a time zone, also over changes of summer time. Seconds are always 0. */
export interface DueTimes {
  /** The first after `after`; undefined when there is none any more. */
  next(cron: string, timeZone: string, after: Date): Date | undefined;
  /** The newest not after `until`; undefined when there was none. */
  latest(cron: string, timeZone: string, until: Date): Date | undefined;
}
