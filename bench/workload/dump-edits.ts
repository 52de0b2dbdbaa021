import { writeProse } from './vocabulary.ts';
import type { Random } from './random.ts';

const rowsPerDay = 200;
const rowBoundary = Buffer.from('),(');

/** `dump` with a few words put into each of 200 rows scattered over it, so that all that follows moves. As pieces. */
export function editDump(dump: Buffer, random: Random): readonly Buffer[] {
  const spots = Array.from({ length: rowsPerDay }, () => dump.indexOf(rowBoundary, random.below(dump.length)));
  const found = spots.filter((spot) => spot >= 0).toSorted((left, right) => left - right);
  const pieces: Buffer[] = [];
  let from = 0;
  for (const spot of found) {
    const at = firstText(dump, spot);
    if (at <= from) continue;
    pieces.push(dump.subarray(from, at), Buffer.from(writeProse(random, random.between(5, 60)), 'latin1'));
    from = at;
  }
  pieces.push(dump.subarray(from));
  return pieces;
}

/** Just inside the first text value of the row that starts after `boundary`. */
function firstText(dump: Buffer, boundary: number): number {
  const quote = dump.indexOf(0x27, boundary + rowBoundary.length);
  return quote < 0 ? dump.length : quote + 1;
}
