import type { Language } from '../domain/language.ts';

/*
 * Numbers as Intl writes them, and tested against it. Intl itself takes longer to get ready for a language than a short
 * command for its whole work.
 */

const marks: { readonly [language in Language]: { readonly group: string; readonly decimal: string } } = {
  en: { group: ',', decimal: '.' },
  el: { group: '.', decimal: ',' },
  de: { group: '.', decimal: ',' },
};

/** `4,948`: a whole number; any other one as Intl writes it. */
export function writeNumber(value: number, language: Language): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return new Intl.NumberFormat(language).format(value);
  const digits = String(Math.abs(value)).replace(/\B(?=(?:\d{3})+$)/g, marks[language].group);
  return value < 0 ? `-${digits}` : digits;
}

/** `4.5`: one digit after the point, of a number from 0 on. */
export function writeTenths(value: number, language: Language): string {
  const tenths = Math.round(value * 10);
  return `${writeNumber(Math.floor(tenths / 10), language)}${marks[language].decimal}${tenths % 10}`;
}

/** Which form of a text `count` takes. */
export function pluralForm(count: number): 'one' | 'other' {
  return count === 1 ? 'one' : 'other';
}
