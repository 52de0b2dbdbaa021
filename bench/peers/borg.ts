import { mkdir } from 'node:fs/promises';
import type { Command } from '../measure/script.ts';
import { keptPoints, type Assignment, type BackedUpAccount, type Keeper, type Tool } from './tool.ts';

/** Borg with the same compression as the others, an encrypted repository per account. */
export function createBorg(version: string): Tool {
  return { name: 'borg', version, employ: employBorg };
}

function employBorg({ folder, accounts }: Assignment): Keeper {
  const repositories = `${folder}/repositories`;
  const borg = (account: BackedUpAccount, ...words: readonly string[]): Command => ({
    words: ['borg', ...words],
    environment: {
      BORG_REPO: `${repositories}/${account.name}`,
      BORG_BASE_DIR: `${folder}/base`,
      BORG_PASSPHRASE: 'bench only, no secret',
    },
    accepted: [1],
  });
  let archives = 0;
  const newest = (): string => `::night${String(archives).padStart(4, '0')}`;
  return {
    name: 'borg',
    folder,
    repositories,
    prepare: async () => {
      await mkdir(repositories, { recursive: true });
      await mkdir(`${folder}/base`, { recursive: true });
      return accounts.map((account) => borg(account, 'init', '--encryption', 'repokey'));
    },
    backUp: () => {
      archives += 1;
      return accounts.map((account) => borg(account, 'create', '--compression', 'zstd,3', newest(), account.home));
    },
    restore: (account, into) => [{ ...borg(account, 'extract', '--numeric-ids', newest()), folder: into }],
    restoreFile: (account, path, into) => [
      { ...borg(account, 'extract', newest(), `${account.home}/${path}`.slice(1)), folder: into },
    ],
    rotate: () =>
      accounts.flatMap((account) => [
        borg(account, 'prune', '--keep-last', String(keptPoints)),
        borg(account, 'compact'),
      ]),
  };
}
