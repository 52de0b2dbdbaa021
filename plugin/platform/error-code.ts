/** Whether `error` is a system error with one of these codes, such as `ENOENT`. */
export function hasErrorCode(error: unknown, ...codes: readonly string[]): boolean {
  const code = readErrorCode(error);
  return code !== undefined && codes.includes(code);
}

/** The code of a system or driver error, such as `ENOENT` or `SQLITE_FULL`. */
export function readErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
