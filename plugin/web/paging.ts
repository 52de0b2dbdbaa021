/** One page of a list. */
export interface PageOf<Item> {
  readonly shown: readonly Item[];
  /** From 1 on; past the end it is the last. */
  readonly page: number;
  readonly pages: number;
}

/** Which page somebody asks for, from 1 on; the first where that is no number. */
export function askedPage(text: string | undefined): number {
  return text !== undefined && /^\d{1,4}$/.test(text) ? Math.max(1, Number(text)) : 1;
}

/** @param page from 1 on. */
export function cutPage<Item>(items: readonly Item[], page: number, perPage: number): PageOf<Item> {
  const pages = Math.max(1, Math.ceil(items.length / perPage));
  const at = Math.min(Math.max(1, page), pages);
  return { shown: items.slice((at - 1) * perPage, at * perPage), page: at, pages };
}
