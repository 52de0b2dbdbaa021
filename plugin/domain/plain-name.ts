const longestName = 255;

/** One path component that stays where it is: not empty, not `.` or `..`, without `/` or a zero byte, at most 255 bytes. */
export function isPlainName(name: Uint8Array): boolean {
  if (name.length === 0 || name.length > longestName || name.includes(0) || name.includes(0x2f)) return false;
  return !(name[0] === 0x2e && (name.length === 1 || (name.length === 2 && name[1] === 0x2e)));
}
