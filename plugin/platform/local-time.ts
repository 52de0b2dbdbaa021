import type { LocalTime } from '../domain/local-time.ts';

/** What clocks show in the time zone of this process at `instant`, in milliseconds since 1970. */
export function readLocalTime(instant: number): LocalTime {
  const date = new Date(instant);
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    weekday: date.getDay(),
    hour: date.getHours(),
    minute: date.getMinutes(),
  };
}
