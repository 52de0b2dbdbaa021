import { chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SettledAccount } from './settle-accounts.ts';
import { pricesTable } from './database/products.ts';
import { databaseServerFiles } from './database/server-files.ts';
import { brokenPlugin } from './demo-accounts.ts';
import { packageFolder } from './package-files.ts';
import { siteFolder } from './home-change.ts';

/**
 * Leaves programs in the demo's folder: `as-NAME COMMAND…` runs a command as that customer and in their home, `as-admin`
 * as who administrates; `bin/visit` shows what a visitor of the site would see.
 */
export function writeWrappers(folder: string, accounts: readonly SettledAccount[]): void {
  for (const account of accounts) {
    const cache = join(folder, 'cache', account.name);
    mkdirSync(cache, { recursive: true, mode: 0o755 });
    if (account.gives) chownSync(cache, account.uid, account.gid);
    else openDoor(folder, account);
    writeProgram(join(folder, `as-${account.name}`), asCustomer(folder, cache, account));
  }
  writeProgram(join(folder, 'as-admin'), asAdmin(folder));
  writeProgram(join(folder, 'bin/visit'), visit(databaseServerFiles(folder).socket));
}

function writeProgram(path: string, text: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o755 });
}

/** Without root all sockets are one user's: through this folder a command finds that of the customer only. */
function openDoor(folder: string, { name, uid }: SettledAccount): void {
  const door = join(folder, 'doors', name, 'uids');
  mkdirSync(door, { recursive: true, mode: 0o700 });
  rmSync(join(door, `${uid}.sock`), { force: true });
  symlinkSync(join(folder, 'run/accounts', `${name}.sock`), join(door, `${uid}.sock`));
}

function asCustomer(folder: string, cache: string, { name, uid, gid, home, gives }: SettledAccount): string {
  const run = gives ? join(folder, 'run') : join(folder, 'doors', name);
  const become = gives ? `setpriv --reuid=${uid} --regid=${gid} --clear-groups ` : '';
  const refusal = gives
    ? `[ "$(id -u)" = 0 ] || { echo "Run this as root: it becomes user ${uid}." >&2; exit 5; }\n`
    : '';
  return `#!/bin/sh
# Runs a command as the demo's customer ${name}: as-${name} larder status. Without a command: a shell.
${refusal}cd ${quote(home)} || exit 5
[ "$#" -gt 0 ] || set -- sh
exec ${become}env -u LARDER_CONFIG -u NODE_OPTIONS HOME=${quote(home)} USER=${name} LOGNAME=${name} \\
  XDG_CACHE_HOME=${quote(cache)} LARDER_RUN=${quote(run)} PATH=${quote(`${folder}/bin:/usr/bin:/bin`)} "$@"
`;
}

function asAdmin(folder: string): string {
  return `#!/bin/sh
# Runs a command of whoever administrates the demo: as-admin larder accounts
[ "$#" -gt 0 ] || set -- larder accounts
LARDER_CONFIG=${quote(`${folder}/larder.toml`)} PATH=${quote(folder)}/bin:$PATH exec "$@"
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Looks at a site as PHP would: its settings to their end, every part of its shop, and what its database has to show. */
function visit(socket: string): string {
  return `#!/bin/sh
# Shows what a visitor of the site in this home sees.
cd "$HOME/${siteFolder}" || exit 5
fail() {
  echo 'HTTP/1.1 500 Internal Server Error'
  echo
  echo 'There has been a critical error on this website.'
  echo "  $1"
  exit 1
}
tail -n 1 wp-config.php | grep -q "wp-settings.php';" || fail 'PHP Parse error: wp-config.php ends too early'
shop=${packageFolder(brokenPlugin)}
if [ -d "$shop" ]; then
  for part in $(sed -n "s|^require_once __DIR__ . '/\\(.*\\)';|\\1|p" "$shop/${brokenPlugin.slug}.php"); do
    [ -e "$shop/$part" ] || fail "PHP Fatal error: $shop/$part is missing"
    [ "$(tail -c 2 "$shop/$part")" = '}' ] || fail "PHP Parse error: $shop/$part ends too early"
  done
fi
echo 'HTTP/1.1 200 OK'
echo
sed -n '3s|^ \\* ||p' wp-config.php
[ -S ${quote(socket)} ] || exit 0
setting() { sed -n "s/^define( '$1', '\\(.*\\)' );/\\1/p" wp-config.php; }
ask() {
  MYSQL_PWD=$(setting DB_PASSWORD) mariadb --no-defaults --socket=${quote(socket)} --user="$(setting DB_USER)" \\
    --default-character-set=utf8mb4 --batch --skip-column-names "$(setting DB_NAME)" --execute="$1" 2>/dev/null
}
echo
ask "SELECT CONCAT(RPAD(post_title, 40, ' '), FORMAT(min_price, 2), ' €') FROM wp_posts
  JOIN ${pricesTable} ON product_id = ID ORDER BY ID LIMIT 6" ||
  ask "SELECT post_title FROM wp_posts WHERE post_type = 'post' ORDER BY post_date DESC LIMIT 3" ||
  fail 'Error establishing a database connection'
`;
}
