import type { DemoAccount } from '../demo-accounts.ts';
import { createRandom, seedOf, type Random } from '../random.ts';
import { insertRows, quote, type DatabaseChange } from './database-change.ts';
import { firstProduct } from './products.ts';
import type { Shop } from './shop.ts';

/** Who orders is one of the account's people; each order is the same in every demo. */
export interface OrderWish {
  readonly id: number;
  readonly at: Date;
  readonly isDone: boolean;
}

interface Line {
  readonly product: number;
  readonly name: string;
  readonly quantity: number;
  readonly cents: number;
}

/** Orders with their addresses and lines. */
export function insertOrders(
  account: DemoAccount,
  shop: Shop,
  wishes: readonly OrderWish[],
  at: Date,
): DatabaseChange[] {
  const made = wishes.map((wish) => ({ ...wish, ...drawOrder(account, shop, wish) }));
  const items = made.flatMap(({ id, lines }) => lines.map((line, index) => ({ ...line, id, item: id * 10 + index })));
  return [
    ...insertRows(
      'wp_wc_orders',
      orderNames,
      made.map(({ order }) => order),
      at,
    ),
    ...insertRows(
      'wp_wc_order_addresses',
      addressNames,
      made.map(({ address }) => address),
      at,
    ),
    ...insertRows(
      'wp_woocommerce_order_items',
      itemNames,
      items.map(({ item, name, id }) => [item, name, 'line_item', id]),
      at,
    ),
    ...insertRows('wp_woocommerce_order_itemmeta', 'order_item_id, meta_key, meta_value', items.flatMap(lineMeta), at),
  ];
}

const orderNames =
  'id, status, currency, type, tax_amount, total_amount, customer_id, billing_email, date_created_gmt, date_updated_gmt, payment_method, payment_method_title, ip_address, customer_note';
const addressNames = 'order_id, address_type, first_name, last_name, address_1, city, postcode, country, email, phone';
const itemNames = 'order_item_id, order_item_name, order_item_type, order_id';

function drawOrder(account: DemoAccount, shop: Shop, { id, at, isDone }: OrderWish) {
  const random = createRandom(seedOf(account.name, 'order', id));
  const customer = random.below(account.voice.people.length);
  const [name = '', email = ''] = account.voice.people[customer] ?? [];
  const [first = '', ...last] = name.split(' ');
  const [city, postcode] = random.pick(shop.cities);
  const [method, title] = random.pick(shop.payments);
  const lines = drawLines(shop, random);
  const total = lines.reduce((sum, { quantity, cents }) => sum + quantity * cents, 0);
  const tax = Math.round((total * shop.tax) / (100 + shop.tax));
  const status = isDone
    ? random.pick(['wc-completed', 'wc-completed', 'wc-completed', 'wc-refunded'])
    : 'wc-processing';
  const note = random.chance(0.15) ? random.pick(shop.notes) : '';
  const street = `${random.pick(shop.streets)} ${random.between(1, 140)}`;
  const phone =
    shop.country === 'GR' ? `69${random.between(10_000_000, 89_999_999)}` : `0171 ${random.between(1e6, 9e6)}`;
  const order = [id, status, 'EUR', 'shop_order', euros(tax), euros(total), customer + 1, email, at, at, method, title];
  return {
    lines,
    order: [...order, `198.51.100.${random.below(255)}`, note],
    address: [id, 'billing', first, last.join(' '), street, city, postcode, shop.country, email, phone],
  };
}

function drawLines(shop: Shop, random: Random): Line[] {
  const start = random.below(shop.goods.length);
  return Array.from({ length: random.between(1, 4) }, (_, index) => {
    const at = (start + index * 5) % shop.goods.length;
    const { name = '', cents = 0 } = shop.goods[at] ?? {};
    return { product: firstProduct + at, name, cents, quantity: random.between(1, 3) };
  });
}

function lineMeta({ item, product, quantity, cents }: Line & { readonly item: number }): (string | number)[][] {
  return [
    [item, '_product_id', String(product)],
    [item, '_qty', String(quantity)],
    [item, '_line_total', euros(quantity * cents)],
  ];
}

/** What an order takes out of the store. */
export function sellOrder(account: DemoAccount, shop: Shop, wish: OrderWish): DatabaseChange[] {
  const { lines } = drawOrder(account, shop, wish);
  return lines.map(({ product, quantity }) => ({
    sql: `UPDATE wp_wc_product_meta_lookup SET stock_quantity = stock_quantity - ${quantity}, total_sales = total_sales + ${quantity} WHERE product_id = ${product}`,
    at: wish.at,
  }));
}

/** The parcels of earlier days are sent. */
export function completeOrders(before: Date, at: Date): DatabaseChange[] {
  const set = `status = 'wc-completed', date_updated_gmt = ${quote(at)}`;
  return [
    {
      sql: `UPDATE wp_wc_orders SET ${set} WHERE status = 'wc-processing' AND date_created_gmt < ${quote(before)}`,
      at,
    },
  ];
}

export function euros(cents: number): string {
  return (cents / 100).toFixed(2);
}
