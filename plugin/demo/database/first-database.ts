import type { DemoAccount } from '../demo-accounts.ts';
import type { DemoDay } from '../demo-day.ts';
import { createRandom, seedOf } from '../random.ts';
import { insertRows, type DatabaseChange } from './database-change.ts';
import { insertOrders } from './orders.ts';
import { insertComments, insertPosts } from './posts.ts';
import { insertProducts } from './products.ts';
import { shopTables, siteTables } from './site-schema.ts';

/** An account's database as it is when the demo's past begins. @param share from 0 to 1: how much of a whole one. */
export function* firstDatabase(account: DemoAccount, day: DemoDay, share: number): Generator<DatabaseChange> {
  const at = daysBefore(day, 900);
  const { shop } = account;
  for (const sql of [...siteTables, ...(shop === undefined ? [] : shopTables)]) yield { sql, at };
  yield* insertUsers(account, at);
  yield* insertOptions(account, at);
  const posts = Math.max(4, Math.ceil(90 * share));
  const wishes = Array.from({ length: posts }, (_, index) => ({
    id: 500 + index,
    at: daysBefore(day, 880 * (1 - index / posts) + 1),
  }));
  yield* insertPosts(account, wishes, at);
  const comments = Math.ceil(260 * share);
  yield* insertComments(account, comments, (index) => daysBefore(day, 870 * (1 - index / comments) + 1), at);
  if (shop === undefined) return;
  yield* insertProducts(account, shop, at);
  const orders = Math.ceil(shop.orders * share);
  const wanted = Array.from({ length: orders }, (_, index) => {
    return { id: index + 1, at: daysBefore(day, 400 * (1 - index / orders) + 1), isDone: true };
  });
  yield* insertOrders(account, shop, wanted, at);
}

function insertUsers(account: DemoAccount, at: Date): DatabaseChange[] {
  const random = createRandom(seedOf(account.name, 'users'));
  const hash = (): string =>
    `$wp$2y$10$${Array.from({ length: 5 }, () => random.below(2 ** 31).toString(36)).join('')}`;
  const own: readonly [string, string] = [account.title, `info@${account.domain}`];
  const people = [own, ...account.voice.people];
  return insertRows(
    'wp_users',
    'ID, user_login, user_pass, user_nicename, user_email, user_registered, display_name',
    people.map(([name, email], index) => {
      const login = index === 0 ? account.name : (email.split('@')[0] ?? '');
      return [index + 1, login, hash(), login, email, at, name];
    }),
    at,
  );
}

function insertOptions(account: DemoAccount, at: Date): DatabaseChange[] {
  const plugins = account.packages.filter(({ kind }) => kind === 'plugin').map(({ slug }) => `${slug}/${slug}.php`);
  const known: readonly (readonly [string, string])[] = [
    ['siteurl', `https://${account.domain}`],
    ['home', `https://${account.domain}`],
    ['blogname', account.title],
    ['admin_email', `info@${account.domain}`],
    ['active_plugins', JSON.stringify(plugins)],
    ['timezone_string', account.language === 'en' ? 'Europe/London' : 'Europe/Athens'],
    ['cron', '[]'],
    ['visits_total', '120000'],
    ...(account.shop === undefined
      ? []
      : ([
          ['eshop_orders_db_version', '5.2.0'],
          ['woocommerce_currency', 'EUR'],
        ] as const)),
  ];
  const random = createRandom(seedOf(account.name, 'options'));
  const more = Array.from({ length: 120 }, (_, index): [string, string] => {
    const settings = { enabled: random.chance(0.7), layout: random.pick(account.voice.pages), order: random.below(99) };
    return [`widget_block_${index}`, JSON.stringify(settings)];
  });
  return insertRows('wp_options', 'option_name, option_value', [...known, ...more], at);
}

function daysBefore({ start }: DemoDay, days: number): Date {
  return new Date(start.getTime() - Math.floor((days * 24 + 5) * 3600) * 1000);
}
