/** The languages in which Larder speaks to people. */
export const languages = ['en', 'el', 'de'] as const;
export type Language = (typeof languages)[number];

export function isLanguage(tag: string): tag is Language {
  return languages.some((language) => language === tag);
}

/** The first of these BCP 47 tags (`de-AT`, `el_GR`) whose language Larder speaks; undefined when it speaks none. */
export function findLanguage(tags: readonly string[]): Language | undefined {
  return tags.map((tag) => tag.toLowerCase().split(/[-_]/)[0] ?? '').find(isLanguage);
}
