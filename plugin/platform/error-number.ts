/** errno of a failed Node call; EIO where there is none. Node calls EDQUOT `UNKNOWN` but gives its number. */
export function errorNumberOf(error: unknown): number {
  if (error instanceof Error && 'errno' in error && typeof error.errno === 'number') return Math.abs(error.errno);
  return 5;
}
