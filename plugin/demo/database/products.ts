import type { DemoAccount } from '../demo-accounts.ts';
import { createRandom, seedOf } from '../random.ts';
import { insertRows, local, type DatabaseChange } from './database-change.ts';
import type { Shop } from './shop.ts';

/** Number of the first good, which is a post; the others follow. */
export const firstProduct = 101;

export function insertProducts(account: DemoAccount, shop: Shop, at: Date): DatabaseChange[] {
  const random = createRandom(seedOf(account.name, 'products'));
  const goods = shop.goods.map((good, index) => ({
    ...good,
    id: firstProduct + index,
    price: (good.cents / 100).toFixed(4),
  }));
  return [
    ...insertRows(
      'wp_posts',
      'ID, post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_name, post_modified, post_modified_gmt, post_type, guid',
      goods.map(({ id, name, code }) => {
        const times = [local(at), at];
        const text = `<p>${name}. ${random.pick(account.voice.sentences)}</p>`;
        const guid = `https://${account.domain}/?post_type=product&p=${id}`;
        return [id, 1, ...times, text, name, '', code.toLowerCase(), ...times, 'product', guid];
      }),
      at,
    ),
    ...insertRows(
      'wp_postmeta',
      'post_id, meta_key, meta_value',
      goods.flatMap(({ id, code, price }) => [
        [id, '_sku', code],
        [id, '_regular_price', price.slice(0, -2)],
        [id, '_manage_stock', 'yes'],
      ]),
      at,
    ),
    ...insertRows(
      pricesTable,
      'product_id, sku, min_price, max_price, stock_quantity, total_sales',
      goods.map(({ id, code, price }) => [id, code, price, price, random.between(900, 1500), random.between(5, 400)]),
      at,
    ),
  ];
}

/** The table that Maria must bring back: nothing else of her database is broken. */
export const pricesTable = 'wp_wc_product_meta_lookup';

/** What an update of the shop leaves that stops while it turns the prices into another form. */
export function breakPrices(at: Date): DatabaseChange[] {
  return [
    { sql: `UPDATE ${pricesTable} SET min_price = 0, max_price = 0`, at },
    { sql: "UPDATE wp_options SET option_value = '5.3.0-migrating' WHERE option_name = 'eshop_orders_db_version'", at },
  ];
}
