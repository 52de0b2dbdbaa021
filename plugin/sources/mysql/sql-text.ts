/** Names and values as SQL has them. Whatever a tenant chose goes through here. */

/** `` `name` ``. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function quoteTable(database: string, table: string): string {
  return `${quoteName(database)}.${quoteName(table)}`;
}

/**
 * A text that reads the same in every SQL mode: no backslash stands in it, whatever it means there. In hex where one
 * would, or where a character set could make a quote of something.
 */
export function quoteText(text: string): string {
  if (/^[\w .:@%*#+=/$()!,;-]*$/.test(text)) return `'${text}'`;
  return `_utf8mb4 x'${Buffer.from(text).toString('hex')}'`;
}

/** A database in `GRANT … ON`: there `_` and `%` are wildcards, and would open the neighbour's `shopXwp` for `shop_wp`. */
export function grantName(database: string): string {
  return quoteName(database.replaceAll(/[\\_%]/g, String.raw`\$&`));
}

/** `'user'@'host'` where only text can stand: in account names no hex is allowed. */
export function quoteAccount({ user, host }: { readonly user: string; readonly host: string }): string {
  return `${quoteName(user)}@${quoteName(host)}`;
}
