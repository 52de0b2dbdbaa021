/** Permission bits of Go's os.FileMode as chmod(2) takes them. */
export function fromGoMode(mode: number): number {
  const bit = (place: number): boolean => Math.floor(mode / 2 ** place) % 2 === 1;
  return (mode % 512) + (bit(23) ? 0o4000 : 0) + (bit(22) ? 0o2000 : 0) + (bit(20) ? 0o1000 : 0);
}
