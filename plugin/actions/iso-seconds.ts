/** Whole seconds since 1970 as ISO 8601. Times that no calendar knows are the earliest or latest it does. */
export function isoSeconds(seconds: number): string {
  const limit = 8.64e12;
  return new Date(Math.min(Math.max(seconds, -limit), limit) * 1000).toISOString();
}
