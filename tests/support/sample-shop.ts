/** A site with a shop, of the kinds and sizes of WordPress and WooCommerce, and its past. */
import { databaseDay } from '../../plugin/demo/database/database-day.ts';
import { firstDatabase } from '../../plugin/demo/database/first-database.ts';
import { dayBefore } from '../../plugin/demo/demo-day.ts';
import { demoAccounts } from '../../plugin/demo/demo-accounts.ts';

const now = new Date(2026, 10, 21, 8, 30);

/** SQL that makes it in the database in use. @param share from 0 to 1. */
export function sampleShop(share: number, days = 3): string {
  const account = demoAccounts.find(({ name }) => name === 'maria');
  if (account === undefined) throw new Error('the demo has no Maria');
  const changes = [...firstDatabase(account, dayBefore(now, 10), share)];
  for (let ago = 10; ago > 10 - days; ago--) changes.push(...databaseDay(account, dayBefore(now, ago)));
  return `SET NAMES utf8mb4;\n${changes.map(({ sql }) => `${sql};\n`).join('')}${besides}`;
}

/** What plugins and hosts add. */
const besides = `
CREATE TABLE wp_actionscheduler_logs (log_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, message text,
  log_date_gmt datetime NULL DEFAULT '0000-00-00 00:00:00');
CREATE TRIGGER order_logged AFTER INSERT ON wp_wc_orders FOR EACH ROW
  INSERT INTO wp_actionscheduler_logs (message, log_date_gmt) VALUES (CONCAT('order ', NEW.id), UTC_TIMESTAMP());
CREATE FUNCTION with_tax(net decimal(26,8)) RETURNS decimal(26,8) DETERMINISTIC RETURN net * 1.24;
CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY DO DELETE FROM wp_actionscheduler_logs WHERE log_id < 0;
`;
