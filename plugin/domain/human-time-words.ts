/** What one word of a time can mean. The letter is its place in the grammar of `human-time.ts`. */
export type TimeToken =
  | { readonly letter: 'N'; readonly number: number }
  | { readonly letter: 'C'; readonly milliseconds: number; readonly lastsMilliseconds: number }
  | { readonly letter: 'X'; readonly day: number; readonly month: number; readonly year: number | undefined }
  | { readonly letter: 'D'; readonly daysAgo: number }
  | { readonly letter: 'W'; readonly weekday: number }
  | { readonly letter: 'M'; readonly month: number }
  | { readonly letter: 'U'; readonly unit: TimeUnit }
  | { readonly letter: 'P'; readonly isAfternoon: boolean }
  | { readonly letter: 'A' | 'L' | 'H' | 'Z' };

export type TimeUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** English, Greek and German, lower case, without accents, the final sigma as `σ`. Months also by their first letters. */
export const timeWords: ReadonlyMap<string, TimeToken> = new Map([
  ...words('now τωρα jetzt', { letter: 'Z' }),
  ...words('today σημερα heute', { letter: 'D', daysAgo: 0 }),
  ...words('yesterday χθεσ χτεσ εχθεσ gestern', { letter: 'D', daysAgo: 1 }),
  ...words('προχθεσ προχτεσ vorgestern', { letter: 'D', daysAgo: 2 }),
  ...words('ago πριν vor', { letter: 'A' }),
  ...words('last previous τελευταια προηγουμενη περασμενη περασμενο letzte letzten letzter', { letter: 'L' }),
  ...words('uhr', { letter: 'H' }),
  ...words('am πμ', { letter: 'P', isAfternoon: false }),
  ...words('pm μμ', { letter: 'P', isAfternoon: true }),
  ...words('a an one ein eine einem einer eins μια μιασ ενα εναν ενασ', { letter: 'N', number: 1 }),
  ...units('minute', 'm min mins minute minutes minuten λεπτο λεπτα λεπτων'),
  ...units('hour', 'h hour hours stunde stunden ωρα ωρεσ ωρων'),
  ...units('day', 'd day days tag tage tagen ημερα μερα ημερεσ μερεσ ημερων'),
  ...units('week', 'w week weeks woche wochen εβδομαδα βδομαδα εβδομαδεσ βδομαδεσ'),
  ...units('month', 'month months monat monate monaten μηνα μηνασ μηνεσ'),
  ...units('year', 'year years jahr jahre jahren χρονο χρονια ετοσ ετη'),
  ...weekdays('sunday sun κυριακη κυρ sonntag so'),
  ...weekdays('monday mon δευτερα δευ montag mo', 1),
  ...weekdays('tuesday tue tues τριτη τρι dienstag di', 2),
  ...weekdays('wednesday wed τεταρτη τετ mittwoch mi', 3),
  ...weekdays('thursday thu thur thurs πεμπτη πεμ donnerstag do', 4),
  ...weekdays('friday fri παρασκευη παρ freitag fr', 5),
  ...weekdays('saturday sat σαββατο σαβ samstag sonnabend sa', 6),
  ...months('january jan ιανουαριοσ ιανουαριου ιαν januar janner', 1),
  ...months('february feb φεβρουαριοσ φεβρουαριου φεβ februar', 2),
  ...months('march mar μαρτιοσ μαρτιου μαρ marz mrz', 3),
  ...months('april apr απριλιοσ απριλιου απρ', 4),
  ...months('may μαιοσ μαιου μαι mai', 5),
  ...months('june jun ιουνιοσ ιουνιου ιουν juni', 6),
  ...months('july jul ιουλιοσ ιουλιου ιουλ juli', 7),
  ...months('august aug αυγουστοσ αυγουστου αυγ', 8),
  ...months('september sep sept σεπτεμβριοσ σεπτεμβριου σεπ σεπτ', 9),
  ...months('october oct οκτωβριοσ οκτωβριου οκτ oktober okt', 10),
  ...months('november nov νοεμβριοσ νοεμβριου νοε', 11),
  ...months('december dec δεκεμβριοσ δεκεμβριου δεκ dezember dez', 12),
]);

/** Words that change nothing. */
export const timeFillers: ReadonlySet<string> = new Set(
  'at on in of the st nd rd th om στισ στη στην στα την το τον απο και um den dem der on'.split(' '),
);

function words(list: string, token: TimeToken): [string, TimeToken][] {
  return list.split(' ').map((word) => [word, token]);
}

function units(unit: TimeUnit, list: string): [string, TimeToken][] {
  return words(list, { letter: 'U', unit });
}

function weekdays(list: string, weekday = 0): [string, TimeToken][] {
  return words(list, { letter: 'W', weekday });
}

function months(list: string, month: number): [string, TimeToken][] {
  return words(list, { letter: 'M', month });
}
