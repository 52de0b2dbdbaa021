const form = { dash: 0x2d, letterT: 0x54, colon: 0x3a, point: 0x2e, zulu: 0x5a, zero: 0x30 };
/** Up to the second. */
const wholeLength = 19;
const mostDigits = 9;

/**
 * A time as Larder writes it, and restic on a server in UTC: `2026-11-18T20:10:05.123Z`. A folder may hold 10,000 of
 * them and must be listed within milliseconds, so the digits are taken one by one, and no object is made.
 */
export class PlainTime {
  /** Since 1970. */
  seconds = 0;
  nanoseconds = 0;

  /** Reads the time that begins at `at`. @returns where it ends; -1 where none stands, and then this says nothing. */
  read(bytes: Uint8Array, at: number): number {
    this.seconds = secondsAt(bytes, at);
    this.nanoseconds = 0;
    let end = at + wholeLength;
    if (bytes[end] === form.point) end = this.#readFraction(bytes, end + 1);
    return Number.isNaN(this.seconds) || bytes[end] !== form.zulu ? -1 : end + 1;
  }

  /** @returns where its digits end; -1 where there is none. */
  #readFraction(bytes: Uint8Array, at: number): number {
    let end = at;
    for (let place = at; place < at + mostDigits; place++) {
      const digit = end === place ? digitAt(bytes, place) : -1;
      if (digit >= 0) end++;
      this.nanoseconds = this.nanoseconds * 10 + Math.max(digit, 0);
    }
    return end === at ? -1 : end;
  }
}

/** NaN where no time stands. */
function secondsAt(bytes: Uint8Array, at: number): number {
  const hasDay = bytes[at + 4] === form.dash && bytes[at + 7] === form.dash && bytes[at + 10] === form.letterT;
  const hasTime = bytes[at + 13] === form.colon && bytes[at + 16] === form.colon;
  return hasDay && hasTime ? daysOf(bytes, at) * 86_400 + secondOfDay(bytes, at + 11) : NaN;
}

/** NaN where no day is named. */
function daysOf(bytes: Uint8Array, at: number): number {
  const year = pair(bytes, at) * 100 + pair(bytes, at + 2);
  const month = pair(bytes, at + 5);
  const day = pair(bytes, at + 8);
  return year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 31 ? daysSince1970(year, month, day) : NaN;
}

/** NaN where no time of a day is named. */
function secondOfDay(bytes: Uint8Array, at: number): number {
  const hours = pair(bytes, at);
  const minutes = pair(bytes, at + 3);
  const seconds = pair(bytes, at + 6);
  const isTime = hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 60;
  return isTime ? hours * 3600 + minutes * 60 + seconds : NaN;
}

/** Days of the proleptic Gregorian calendar; years begin in March, so that the leap day is the last. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Two digits; something far outside any range where there are none. */
function pair(bytes: Uint8Array, at: number): number {
  const tens = digitAt(bytes, at);
  const ones = digitAt(bytes, at + 1);
  return tens >= 0 && ones >= 0 ? tens * 10 + ones : -10_000;
}

/** -1 where none stands. */
function digitAt(bytes: Uint8Array, at: number): number {
  const digit = (bytes[at] ?? 0) - form.zero;
  return digit >= 0 && digit <= 9 ? digit : -1;
}
