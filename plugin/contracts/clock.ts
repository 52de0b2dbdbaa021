export interface Clock {
  now(): Date;
  /** Milliseconds that never go back; only differences mean anything. */
  elapsedMilliseconds(): number;
}
