/**
 * One line of CSV (RFC 4180). NULL is an empty field, an empty text is `""`. A text that a spreadsheet would take for a
 * formula begins with an apostrophe, so that opening the file runs nothing.
 */
export function csvLine(values: readonly (string | null)[]): string {
  return `${values.map((value) => (value === null ? '' : field(value))).join(',')}\r\n`;
}

function field(value: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(value) ? `'${value}` : value;
  return safe === '' || /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
