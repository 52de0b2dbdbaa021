/** What servers allow: 64 characters (MariaDB), 63 bytes (PostgreSQL). */
const longestName = 60;

/**
 * A name for what comes back beside a database: `shop_restored_1118` for the 18th of November.
 * @param attempt from 1 on; each gives another name.
 */
export function nameBeside(database: string, then: Date, attempt: number): string {
  const day = then.toISOString().slice(5, 10).replace('-', '');
  const ending = `_restored_${day}${attempt === 1 ? '' : `_${attempt}`}`;
  const plain = database.replaceAll(/\W/g, '_');
  return plain.slice(0, longestName - ending.length) + ending;
}
