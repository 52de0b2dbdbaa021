/** The number glibc's `makedev` packs (sysmacros.h): what stat's `st_dev` and restic's `device_id` hold. */
export function packDevice(major: number, minor: number): number {
  const low = (minor & 0xff) + (major & 0xfff) * 2 ** 8;
  const high = (minor >>> 8) * 2 ** 20 + Math.floor(major / 2 ** 12) * 2 ** 44;
  return low + high;
}

export function unpackDevice(device: bigint): { major: number; minor: number } {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return { major: Number(major), minor: Number(minor) };
}
