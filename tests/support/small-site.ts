import { appendFileSync } from 'node:fs';
import { fill } from './copy-site.ts';
import { makeInstallation, type Installation } from './installation.ts';

/** A place for copies, beside. */
export function addSecond(folder: string): void {
  const lines = ['name = "second"', 'kind = "local"', `path = "${folder}/second"`, 'role = "secondary"'];
  appendFileSync(`${folder}/larder.toml`, `[[destinations]]\n${lines.join('\n')}\n`);
}

/** One account with one restore point of half a megabyte. */
export function makeSmall(folder: string): Installation {
  const site = makeInstallation(folder, 1);
  fill(site.homes[0] ?? '', 20_001, 600_000);
  site.succeed('init');
  site.succeed('--account', 'u1', 'backup');
  return site;
}
