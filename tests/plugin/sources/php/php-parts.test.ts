import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import { partsOfPhp, prefixOf } from '../../../../plugin/sources/php/php-parts.ts';

const prefixes: readonly (readonly [string, string | undefined])[] = [
  ['/usr/bin/php-cgi8.2', undefined],
  ['/usr/local/bin/php-cgi', '/usr/local'],
  ['/usr/local/php82/bin/php-cgi', '/usr/local/php82'],
  ['/opt/cpanel/ea-php82/root/usr/bin/php-cgi', '/opt/cpanel/ea-php82/root'],
  ['/opt/plesk/php/8.2/bin/php-cgi', '/opt/plesk/php/8.2'],
  ['/opt/bin/php-cgi', undefined],
];

suite('of what was installed by hand only the PHP in use is shown:', () => {
  for (const [php, prefix] of prefixes) test(php, () => assert.equal(prefixOf(php), prefix));

  test('nothing of /opt, and of /usr/local an empty folder', () => {
    const parts = partsOfPhp('/usr/bin/php-cgi');
    assert.ok(parts.some(({ kind, at }) => kind === 'emptied' && at === '/usr/local'));
    assert.ok(!parts.some(({ at }) => at.startsWith('/opt')));
    assert.ok(!parts.some(({ at }) => at === '/etc/php' || at.includes('/fpm')));
  });
});
