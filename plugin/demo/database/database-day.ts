import { lastGood } from '../broken-update.ts';
import type { DemoAccount } from '../demo-accounts.ts';
import { isWeekend, timeOf, type DemoDay } from '../demo-day.ts';
import { createRandom, seedOf } from '../random.ts';
import { quote, type DatabaseChange } from './database-change.ts';
import { completeOrders, insertOrders, sellOrder } from './orders.ts';
import { insertComments, insertPosts } from './posts.ts';
import type { Shop } from './shop.ts';

/** What an ordinary day changes in an account's database, all of it between 6:00 and 22:00; in no order. */
export function* databaseDay(account: DemoAccount, day: DemoDay): Generator<DatabaseChange> {
  const random = createRandom(seedOf(account.name, 'database', day.ago));
  for (let hour = 7; hour < 22; hour += 5)
    yield* keepHouse(timeOf(day, hour, random.below(60)), random.between(90, 900));
  if (random.chance(0.4)) {
    const at = timeOf(day, random.between(10, 18), random.below(60));
    yield* insertPosts(account, [{ id: firstNumber - day.ago, at }], at);
  }
  if (random.chance(0.6)) {
    const at = timeOf(day, random.between(8, 20), random.below(60));
    yield* insertComments(account, random.between(1, 3), () => at, at);
  }
  if (account.shop !== undefined) yield* sell(account, account.shop, day);
}

/** Numbers of what comes in the demo's past. */
const firstNumber = 20_000;

/** What WordPress itself writes from time to time. */
function* keepHouse(at: Date, visits: number): Generator<DatabaseChange> {
  const set = (name: string, value: string): DatabaseChange => ({
    sql: `INSERT INTO wp_options (option_name, option_value, autoload) VALUES (${quote(name)}, ${quote(value)}, 'no')
      ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)`,
    at,
  });
  const seconds = Math.floor(at.getTime() / 1000);
  yield set('_transient_doing_cron', `${seconds}.4391`);
  yield set('cron', JSON.stringify({ [seconds + 3600]: 'wp_version_check', [seconds + 7200]: 'wp_update_plugins' }));
  yield { sql: `UPDATE wp_options SET option_value = option_value + ${visits} WHERE option_name = 'visits_total'`, at };
}

function* sell(account: DemoAccount, shop: Shop, day: DemoDay): Generator<DatabaseChange> {
  const random = createRandom(seedOf(account.name, 'orders', day.ago));
  const most = isWeekend(day) ? Math.ceil(shop.ordersADay / 2) : shop.ordersADay;
  const count = random.between(Math.ceil(most / 2), most);
  yield* completeOrders(day.start, timeOf(day, 8, 15));
  // A few come while the shop's owner makes a backup and begins the update.
  const times = Array.from({ length: count }, (_, index) =>
    index < 3
      ? timeOf(day, lastGood.hour, lastGood.minute + 9 + index * 13)
      : timeOf(day, random.between(6, 21), random.below(60), random.below(60)),
  );
  const inOrder = times.toSorted((one, other) => one.getTime() - other.getTime());
  for (const [index, at] of inOrder.entries()) {
    const wish = { id: firstNumber - day.ago * 20 + index, at, isDone: false };
    yield* insertOrders(account, shop, [wish], at);
    yield* sellOrder(account, shop, wish);
  }
}
