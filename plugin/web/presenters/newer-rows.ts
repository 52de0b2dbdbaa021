import type { NewerRows } from '../../domain/newer-rows.ts';

/** What came into a database after a backup, in words of its owner. */
export interface NewerNews {
  readonly total: number;
  readonly things: readonly { readonly word: NewerWord; readonly count: number }[];
  /** In tables that have no word of their own. */
  readonly others: { readonly count: number; readonly tables: number } | undefined;
}

export type NewerWord = (typeof kinds)[number]['word'];

/** Tables of WooCommerce, WordPress, PrestaShop, OpenCart, Magento, Joomla and others that are called alike. */
const kinds = [
  { word: 'orders', names: /(?:^|_)(?:wc_orders|orders?|sales_order)$/i },
  { word: 'customers', names: /(?:^|_)(?:customers?|customer_entity|users)$/i },
  { word: 'comments', names: /(?:^|_)(?:comments|reviews?)$/i },
  { word: 'posts', names: /(?:^|_)(?:posts|articles?|content)$/i },
] as const;

/** @returns undefined when nothing came in, as far as can be known. Rows that only were changed are not counted. */
export function presentNewer(
  tables: readonly { readonly name: string; readonly newer: NewerRows | undefined }[],
): NewerNews | undefined {
  const newer = tables.flatMap(({ name, newer: rows }) =>
    rows === undefined || rows.by === 'updated' || rows.count === 0 ? [] : [{ name, count: rows.count }],
  );
  if (newer.length === 0) return undefined;
  const things = kinds.flatMap(({ word, names }) => {
    const count = sum(newer.filter(({ name }) => names.test(name)));
    return count === 0 ? [] : [{ word, count }];
  });
  const rest = newer.filter(({ name }) => !kinds.some(({ names }) => names.test(name)));
  const others = rest.length === 0 ? undefined : { count: sum(rest), tables: rest.length };
  return { total: sum(newer), things, others };
}

function sum(tables: readonly { readonly count: number }[]): number {
  return tables.reduce((total, { count }) => total + count, 0);
}
