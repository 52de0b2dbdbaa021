import type { EntryMark } from '../protocol/history.ts';
import type { Page } from './page.ts';

/** How it compares with what is there now: `gone now`, `changed`, `same`. */
export function showMark(mark: EntryMark | undefined, { texts }: Page): string {
  return mark === undefined ? '' : texts.say(`mark.${mark}`);
}
