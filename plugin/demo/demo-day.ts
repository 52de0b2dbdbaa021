/** A day of the demo's past, in local time. */
export interface DemoDay {
  /** 0 is today, 1 yesterday. Seeds are made of it, so that a demo of another date has the same files. */
  readonly ago: number;
  readonly start: Date;
}

export function dayBefore(now: Date, ago: number): DemoDay {
  return { ago, start: new Date(now.getFullYear(), now.getMonth(), now.getDate() - ago) };
}

/** A moment of that day. Seconds may exceed 59. */
export function timeOf({ start }: DemoDay, hour: number, minute: number, second = 0): Date {
  return new Date(start.getFullYear(), start.getMonth(), start.getDate(), hour, minute, second);
}

/** `2026-11-18` */
export function dateName({ start }: DemoDay): string {
  return `${yearMonth(start).replace('/', '-')}-${twoDigits(start.getDate())}`;
}

/** `2026/11`, as uploads are filed. */
export function yearMonth(at: Date): string {
  return `${at.getFullYear()}/${twoDigits(at.getMonth() + 1)}`;
}

export function isWeekend({ start }: DemoDay): boolean {
  return start.getDay() === 0 || start.getDay() === 6;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
