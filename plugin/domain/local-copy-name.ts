/** The folder in a home that holds its local copies. */
export const localCopiesFolder = 'local-copies';

const pattern = /^backup-(\d{4})-(\d{2})-(\d{2})-(\d{2})(\d{2})(?:-(\d{1,3}))?\.zip$/;

/** `backup-2026-11-21-0412.zip`, in UTC, so that names sort by time; with `-2` and so on when that is taken. */
export function localCopyName(at: Date, taken: ReadonlySet<string>): string {
  const beginning = beginningOf(at);
  for (let number = 1; ; number++) {
    const name = number === 1 ? `${beginning}.zip` : `${beginning}-${number}.zip`;
    if (!taken.has(name)) return name;
  }
}

export interface LocalCopyTime {
  readonly at: Date;
  /** Which one of its minute, from 1. */
  readonly number: number;
}

/** When a copy of this name was made; undefined for names that Larder does not give. */
export function readLocalCopyName(name: string): LocalCopyTime | undefined {
  const found = pattern.exec(name);
  if (found === null) return undefined;
  const [, year = '', month = '', day = '', hours = '', minutes = '', number = '1'] = found;
  const at = new Date(`${year}-${month}-${day}T${hours}:${minutes}:00Z`);
  const isOurs = !Number.isNaN(at.getTime()) && name.startsWith(beginningOf(at));
  return isOurs ? { at, number: Number(number) } : undefined;
}

function beginningOf(at: Date): string {
  const [date = '', time = ''] = at.toISOString().split('T');
  return `backup-${date}-${time.slice(0, 2)}${time.slice(3, 5)}`;
}
