import type { DemoAccount } from './demo-accounts.ts';
import { createRandom, seedOf, type Random } from './random.ts';

/** `wp-config.php`. Its secrets open nothing but the site's database in the demo. */
export function wpConfig({ name, domain, title }: DemoAccount): string {
  const random = createRandom(seedOf(name, 'config'));
  const secret = (): string => drawSecret(random, 64);
  const keys = ['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT'];
  return `<?php
/**
 * ${title}: https://${domain}/
 */
define( 'DB_NAME', '${databaseName(name)}' );
define( 'DB_USER', '${databaseName(name)}' );
define( 'DB_PASSWORD', '${databasePassword(name)}' );
define( 'DB_HOST', 'localhost' );
define( 'DB_CHARSET', 'utf8mb4' );

${keys.map((key) => `define( '${key}', '${secret()}' );`).join('\n')}

$table_prefix = 'wp_';

define( 'WP_DEBUG', false );
define( 'WP_MEMORY_LIMIT', '256M' );

if ( ! defined( 'ABSPATH' ) ) {
\tdefine( 'ABSPATH', __DIR__ . '/' );
}

require_once ABSPATH . 'wp-settings.php';
`;
}

/** Of the site's database and of its user. */
export function databaseName(account: string): string {
  return `${account}_wp`;
}

/** The same in every demo, so that it guards nothing but what is made up. */
export function databasePassword(account: string): string {
  return drawSecret(createRandom(seedOf(account, 'database password')), 20);
}

function drawSecret(random: Random, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(random.between(97, 122))).join('');
}

export const htaccess = `# BEGIN WordPress
<IfModule mod_rewrite.c>
RewriteEngine On
RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]
RewriteBase /
RewriteRule ^index\\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /index.php [L]
</IfModule>
# END WordPress
`;

/** A page as a cache keeps it. */
export function cachedPage({ title, domain, voice }: DemoAccount, page: string, at: Date): string {
  const paragraphs = voice.sentences.map((spoken) => `<p>${spoken}</p>`).join('\n');
  return `<!DOCTYPE html>\n<title>${page} – ${title}</title>\n<link rel="canonical" href="https://${domain}/${page}/">\n${paragraphs}\n<!-- cached ${at.toISOString()} -->\n`;
}

/** A day of the web server's log. */
export function accessLog({ name, voice }: DemoAccount, at: Date, seed: number): string {
  const random = createRandom(seed);
  const date = at.toUTCString().slice(5, 16).replaceAll(' ', '/');
  return Array.from({ length: random.between(300, 900) }, (_, line) => {
    const clock = `${String(Math.floor(line / 45)).padStart(2, '0')}:${random.between(10, 59)}:${random.between(10, 59)}`;
    const answer = `${random.pick([200, 200, 200, 304, 404])} ${random.below(90_000)}`;
    return `198.51.100.${random.below(255)} - - [${date}:${clock} +0000] "GET /${random.pick(voice.pages)}/?ref=${name} HTTP/2" ${answer} "-" "Mozilla/5.0"\n`;
  }).join('');
}
