import { mkdir, writeFile } from 'node:fs/promises';
import { intoFile, type Command } from '../measure/script.ts';
import { keptPoints, type Assignment, type BackedUpAccount, type Keeper, type Tool, type ToolName } from './tool.ts';

const password = 'bench only, no secret';

/** The restic at `program`, run once per account with a repository of its own, as its users do on a hosting server. */
export function createRestic(name: ToolName, program: string, version: string): Tool {
  return { name, version, employ: (assignment) => employRestic(name, program, assignment) };
}

function employRestic(name: ToolName, program: string, { folder, accounts }: Assignment): Keeper {
  const repositories = `${folder}/repositories`;
  const passwordFile = `${folder}/password`;
  const restic = (account: BackedUpAccount, ...words: readonly string[]): Command => ({
    words: [program, '--quiet', '--repo', `${repositories}/${account.name}`, '--password-file', passwordFile, ...words],
    environment: { RESTIC_CACHE_DIR: `${folder}/cache` },
  });
  return {
    name,
    folder,
    repositories,
    prepare: async () => {
      await mkdir(repositories, { recursive: true });
      await writeFile(passwordFile, `${password}\n`);
      return accounts.map((account) => restic(account, 'init'));
    },
    backUp: () => accounts.map((account) => restic(account, 'backup', account.home)),
    restore: (account, into) => [restic(account, 'restore', 'latest', '--target', into)],
    restoreFile: (account, path, into) => [
      restic(account, 'restore', 'latest', '--include', `${account.home}/${path}`, '--target', into),
    ],
    zip: (account, file) => {
      return [intoFile(restic(account, 'dump', '--archive', 'zip', 'latest', account.home), file)];
    },
    rotate: () => accounts.map((account) => restic(account, 'forget', '--keep-last', String(keptPoints), '--prune')),
  };
}
