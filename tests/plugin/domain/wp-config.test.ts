import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { readWpConfig, wpConfigBytes, type WpConfig } from '../../../plugin/domain/wp-config.ts';

const nothing: WpConfig = { database: undefined, user: undefined, host: undefined, address: undefined };

const cases: readonly (readonly [string, string, Partial<WpConfig>])[] = [
  [
    'as WordPress writes it',
    `define( 'DB_NAME', 'maria_wp' );\ndefine( 'DB_USER', 'maria' );`,
    { database: 'maria_wp', user: 'maria' },
  ],
  ['close together, in other letters and quotes', `DEFINE("DB_HOST","localhost:3306");`, { host: 'localhost:3306' }],
  ['with a third word', `define('DB_NAME', 'x', false);`, { database: 'x' }],
  [
    'with escapes',
    String.raw`define('DB_NAME', 'it\'s \\ so'); define("DB_USER", "a\"b");`,
    { database: String.raw`it's \ so`, user: 'a"b' },
  ],
  ['twice the same', `define('DB_NAME', 'x'); define('DB_NAME', 'x');`, { database: 'x' }],
  ['twice, differently', `define('DB_NAME', 'x'); if (1) define('DB_NAME', 'y');`, {}],
  ['in comments', `// define('DB_NAME', 'a');\n# define('DB_NAME', 'b');\n/* define('DB_NAME', 'c'); */`, {}],
  ['in a text', `$x = "define('DB_NAME', 'a');";`, {}],
  ['by the surroundings', `define('DB_NAME', getenv('DB_NAME')); define('DB_USER', 'a' . 'b');`, {}],
  [
    'with a variable inside',
    'define("DB_NAME", "$name"); define("DB_USER", "{$user}"); define("DB_HOST", "a\\n");',
    {},
  ],
  ['before and after a text that holds quotes', `$salt = '/*"'; define('DB_NAME', 'x'); $y = "#'";`, { database: 'x' }],
  ['cut off', `define('DB_NAME', 'x`, {}],
  [
    'the address of the site',
    `define('WP_SITEURL', 'https://a.example'); define('WP_HOME', 'https://b.example');`,
    { address: 'https://b.example' },
  ],
];

suite('a wp-config.php is read as text:', () => {
  for (const [title, text, expected] of cases) {
    test(title, () => assert.deepEqual(readWpConfig(`<?php\n${text}`), { ...nothing, ...expected }));
  }

  test('what is not PHP says nothing', () => {
    assert.deepEqual(readWpConfig(`define('DB_NAME', 'x');`), nothing);
  });

  test('any text is read, and a plain value between any comments is found', () => {
    fc.assert(fc.property(fc.string(), (text) => void readWpConfig(`<?php ${text}`)));
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9_]{1,30}$/), fc.string(), (name, comment) => {
        const harmless = comment.replaceAll('*/', '');
        assert.equal(readWpConfig(`<?php /*${harmless} */ define('DB_NAME', '${name}');`).database, name);
      }),
    );
  });

  test('no text of the largest size takes long: what is never closed is read once', { timeout: 60_000 }, () => {
    for (const piece of ['/*', "'\\", '"', 'define(', '#', "define('DB_NAME',"]) {
      readWpConfig(`<?php ${piece.repeat(wpConfigBytes / piece.length)}`);
    }
  });
});
