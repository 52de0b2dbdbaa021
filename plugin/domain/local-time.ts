/** What a clock on the wall shows. */
export interface LocalTime {
  readonly year: number;
  /** From 1 on. */
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}
