import type { Generation } from './ids.ts';

/** Space is freed in each repository at least once in so many days. */
const turnDays = 7;

/** Whether it is a repository's turn to have space freed, whatever was forgotten. @param day since 1970-01-01. */
export function isPruneTurn(generation: Generation, day: number): boolean {
  return (Number.parseInt(generation.slice(0, 8), 16) + day) % turnDays === 0;
}
