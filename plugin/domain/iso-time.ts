/** An ISO 8601 date or time as written: `local` as if it were UTC, and how much of it the text leaves open. */
export interface WrittenTime {
  readonly local: number;
  readonly lastsMilliseconds: number;
  /** Minutes ahead of UTC, when the text says so. */
  readonly offsetMinutes: number | undefined;
}

const pattern =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?: ?([Zz]|[+-]\d{2}:?\d{2}))?)?$/;

/** Reads `2026-11-18`, `2026-11-18T21:12`, `2026-11-18 21:12:05.5+02:00`; undefined for all else. */
export function readIsoTime(text: string): WrittenTime | undefined {
  const found = pattern.exec(text.trim());
  if (found === null) return undefined;
  const [, date = '', hours, minutes = '00', seconds = '00', fraction = '', zone] = found;
  const thousandths = fraction.slice(0, 3).padEnd(3, '0');
  const local = Date.parse(`${date}T${hours ?? '00'}:${minutes}:${seconds}.${thousandths}Z`);
  const isRealDay = new Date(local || 0).toISOString().startsWith(date);
  if (Number.isNaN(local) || !isRealDay || hours === '24') return undefined;
  return {
    local,
    lastsMilliseconds: precision(found),
    offsetMinutes: zone === undefined ? undefined : readOffset(zone),
  };
}

function precision([, , hours, , seconds, fraction]: readonly (string | undefined)[]): number {
  if (hours === undefined) return 86_400_000;
  if (seconds === undefined) return 60_000;
  return fraction === undefined ? 1000 : 1;
}

function readOffset(zone: string): number {
  if (zone.toLowerCase() === 'z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}
