import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemParts, type RootPart } from '../../platform/closed-root.ts';

/** What PHP needs of the machine. @param php its program, not a link to it. */
export function partsOfPhp(php: string): RootPart[] {
  const prefix = prefixOf(php);
  const pools = prefix === undefined ? [] : poolsBelow(prefix);
  return [...systemParts(prefix), ...pools, ...settingsOfDebian()];
}

/** Where a PHP lies that is not the system's, with its libraries and settings. Panels have `…/root/usr/bin` and `…/root/etc`. */
export function prefixOf(php: string): string | undefined {
  if (!/^\/(?:opt|usr\/local)\//.test(php)) return undefined;
  const prefix = dirname(dirname(php)).replace(/\/root\/usr$/, '/root');
  return prefix === '/opt' ? undefined : prefix;
}

/** FPM's pools tell of all users, and hold what they were given in its variables. */
function poolsBelow(prefix: string): RootPart[] {
  const folders = ['etc/php-fpm.d', 'etc/fpm.d', 'etc/pool.d'].map((name) => join(prefix, name));
  return folders.filter((path) => existsSync(path)).map((at): RootPart => ({ kind: 'emptied', at }));
}

/** Of `/etc/php` what loads extensions, without FPM's pools. */
function settingsOfDebian(): RootPart[] {
  const versions = existsSync('/etc/php') ? readdirSync('/etc/php') : [];
  const paths = versions.flatMap((version) =>
    ['cgi/conf.d', 'mods-available'].map((name) => `/etc/php/${version}/${name}`),
  );
  return paths.filter((path) => existsSync(path)).map((path): RootPart => ({ kind: 'shown', from: path, at: path }));
}
