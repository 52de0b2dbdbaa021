import { appendFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { RecoveryReport } from '../../plugin/protocol/keys.ts';
import { fill } from './copy-site.ts';
import { makeInstallation, type Installation } from './installation.ts';

/** Accounts that were backed up, copied and archived, and whose recovery keys were moved off the server. */
export interface KeysSite {
  readonly site: Installation;
  /** Files, away from the state folder. */
  readonly identities: readonly [string, string];
  /** What `larder keys check-recovery` answers, whatever its exit code is. */
  readonly check: (...words: string[]) => RecoveryReport & { readonly exitCode: number | null };
}

export function openKeysSite(folder: string, accounts: number): KeysSite {
  const site = makeInstallation(folder, accounts, 'together');
  for (const [index, home] of site.homes.entries()) fill(home, 20_001 + index, 5000);
  const others = [
    ['second', 'secondary'],
    ['berlin', 'archives'],
  ].map(
    ([name, role]) =>
      `[[destinations]]\nname = "${name}"\nkind = "local"\npath = "${folder}/${name}"\nrole = "${role}"\n`,
  );
  appendFileSync(`${folder}/larder.toml`, others.join(''));
  site.succeed('init');
  const safe = join(folder, 'safe');
  mkdirSync(safe, { mode: 0o700 });
  const move = (number: number): string => {
    const file = join(safe, `recovery-key-${number}.txt`);
    renameSync(join(folder, `state/recovery/recovery-key-${number}.txt`), file);
    return file;
  };
  const identities = [move(1), move(2)] as const;
  site.succeed('nightly');
  return {
    site,
    identities,
    check: (...words) => {
      const { status, stdout } = site.run('keys', 'check-recovery', '--json', ...words);
      return { ...(JSON.parse(stdout) as RecoveryReport), exitCode: status };
    },
  };
}

/** Outcomes by place, such as `local u1`. */
export function outcomesOf({ places }: RecoveryReport): { [place: string]: string } {
  return Object.fromEntries(
    places.map(({ destination, folder, outcome }) => [
      `${destination} ${folder.replace(/-[0-9a-f]{12}$/, '')}`,
      outcome,
    ]),
  );
}
