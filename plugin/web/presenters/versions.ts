import type { Formats } from '../../domain/formats.ts';
import type { VersionLine } from '../../protocol/history.ts';

export interface Version {
  readonly point: string;
  readonly firstTime: string;
  readonly lastTime: string;
  readonly modified: string;
  readonly sizeBytes: number;
  readonly isNow: boolean;
  /** Whether it was seen on one day only. */
  readonly isOneDay: boolean;
  /** Which of the colours it has: 1 to 4, in turn. */
  readonly colour: number;
}

/** A piece of the band: from and how wide, out of 1,000. */
export interface Piece {
  readonly colour: number;
  readonly x: number;
  readonly width: number;
}

export interface Versions {
  readonly versions: readonly Version[];
  readonly band: readonly Piece[];
  readonly since: string | undefined;
  readonly isGone: boolean;
}

const wide = 1000;
const narrowest = 6;

/** All contents of one file, newest first, and when it had which. */
export function presentVersions(lines: readonly VersionLine[], formats: Formats, now: Date): Versions {
  const versions = lines.map((line, index): Version => ({
    point: line.point,
    firstTime: line.firstTime,
    lastTime: line.lastTime,
    modified: line.modified,
    sizeBytes: line.sizeBytes,
    isNow: line.now === 'same',
    isOneDay: formats.day(line.firstTime) === formats.day(line.lastTime),
    colour: (index % 4) + 1,
  }));
  return {
    versions,
    band: drawBand(versions, now),
    since: versions.at(-1)?.firstTime,
    isGone: lines.some(({ now: state }) => state === 'gone'),
  };
}

/** Each content from its first restore point until the next content's first. */
function drawBand(versions: readonly Version[], now: Date): Piece[] {
  const begin = Date.parse(versions.at(-1)?.firstTime ?? now.toISOString());
  const span = Math.max(1, now.getTime() - begin);
  const at = (time: number): number => Math.round(((time - begin) / span) * wide);
  return versions.map(({ firstTime, colour }, index) => {
    const x = at(Date.parse(firstTime));
    const next = versions[index - 1];
    const end = next === undefined ? wide : at(Date.parse(next.firstTime));
    return { colour, x, width: Math.max(narrowest, end - x - 4) };
  });
}
