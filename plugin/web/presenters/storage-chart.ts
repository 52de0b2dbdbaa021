import type { Formats } from '../../domain/formats.ts';
import type { DestinationProof } from '../../protocol/proof.ts';

/** How a destination has filled and goes on to: a picture 180 wide and 100 high, the past in its left half. */
export interface StorageChart {
  readonly name: string;
  readonly stored: string;
  readonly free: string | undefined;
  readonly perDay: string;
  /** Undefined also where that is years away, and only a guess. */
  readonly daysLeft: number | undefined;
  /** Undefined until there are two days to draw a line between. */
  readonly picture: StoragePicture | undefined;
}

interface StoragePicture {
  readonly line: string;
  readonly area: string;
  readonly trend: string;
  /** Where it is full; undefined when that is out of sight. */
  readonly full: { readonly y: number; readonly text: string } | undefined;
  /** The first day, and the last one that is looked ahead to. */
  readonly from: string;
  readonly until: string;
}

const width = 180;
const height = 100;
/** Room above what is highest. */
const headroom = 1.12;
/** A disk that is nearly empty would press the line flat. */
const fullInSight = 4;
const mostDaysLeft = 730;
const dayMilliseconds = 86_400_000;

export function presentStorage(destination: DestinationProof, formats: Formats): StorageChart {
  const { bytesStored, bytesFree, growthPerDay, daysLeft } = destination;
  return {
    name: destination.destination,
    stored: formats.bytes(bytesStored),
    free: bytesFree === undefined ? undefined : formats.bytes(bytesFree),
    perDay: `${growthPerDay < 0 ? '−' : '+'}${formats.bytes(Math.abs(growthPerDay))}`,
    daysLeft: daysLeft === undefined || daysLeft > mostDaysLeft ? undefined : Math.floor(daysLeft),
    picture: destination.days.length < 2 ? undefined : draw(destination, formats),
  };
}

function draw({ days, bytesStored, bytesFree, growthPerDay }: DestinationProof, formats: Formats): StoragePicture {
  const instants = days.map(({ day }) => Date.parse(`${day}T12:00:00Z`));
  const [first, last] = [instants[0] ?? 0, instants.at(-1) ?? 0];
  const span = Math.max(1, last - first);
  const later = Math.max(0, bytesStored + (growthPerDay * span) / dayMilliseconds);
  const top = Math.max(later, ...days.map((day) => day.bytesStored)) * headroom;
  const total = bytesFree === undefined ? undefined : bytesStored + bytesFree;
  const isSeen = total !== undefined && total <= top * fullInSight;
  const scale = Math.max(1, isSeen ? Math.max(total * headroom, top) : top);
  const x = (instant: number): number => round(((instant - first) / span) * (width / 2));
  const y = (bytes: number): number => round(height - 1 - (bytes / scale) * (height - 3));
  const line = days.map(({ bytesStored: bytes }, place) => `${x(instants[place] ?? 0)} ${y(bytes)}`).join(' L ');
  return {
    line: `M ${line}`,
    area: `M 0 ${height} L ${line} L ${width / 2} ${height} Z`,
    trend: `M ${width / 2} ${y(bytesStored)} L ${width} ${y(later)}`,
    full: isSeen ? { y: y(total), text: formats.bytes(total) } : undefined,
    from: formats.date(new Date(first).toISOString(), 'dayShort'),
    until: formats.date(new Date(last + span).toISOString(), 'dayShort'),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
