import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from '../measure/script.ts';
import { keptPoints, type Assignment, type BackedUpAccount, type Keeper, type Tool } from './tool.ts';

export const larderProgram = fileURLToPath(new URL('../../plugin/bin/larder', import.meta.url));

/** Larder as an administrator runs it: one configuration for all accounts, whole processes. */
export function createLarder(version: string): Tool {
  return { name: 'larder', version, employ: employLarder };
}

function employLarder({ folder, accounts }: Assignment): Keeper {
  const environment = { LARDER_CONFIG: `${folder}/larder.toml` };
  const larder = (...words: readonly string[]): Command => ({ words: [larderProgram, ...words], environment });
  return {
    name: 'larder',
    folder,
    repositories: `${folder}/repositories`,
    prepare: async () => {
      await writeConfiguration(folder, accounts);
      return [larder('init', '--no-input', '--yes')];
    },
    backUp: () => [larder('nightly')],
    restore: ({ name }, into) => [larder('--account', name, 'restore', '.', '--at', 'latest', '--to', into)],
    restoreFile: ({ name }, path, into) => [larder('--account', name, 'restore', path, '--at', 'latest', '--to', into)],
    rotate: () => [larder('rotate')],
  };
}

async function writeConfiguration(folder: string, accounts: readonly BackedUpAccount[]): Promise<void> {
  await mkdir(`${folder}/state`, { recursive: true, mode: 0o700 });
  await mkdir(`${folder}/repositories`, { recursive: true, mode: 0o700 });
  const listed = accounts.map(({ name, home, uid }) => ({ name, uid, gid: uid, home }));
  await writeFile(`${folder}/accounts.json`, JSON.stringify(listed, null, 2));
  await writeFile(
    `${folder}/larder.toml`,
    [
      `state = "${folder}/state"`,
      `run = "${folder}/run"`,
      '[panel]',
      'kind = "static"',
      'accounts = "accounts.json"',
      '[metadata]',
      'url = "sqlite:metadata.db"',
      '[[destinations]]',
      'name = "local"',
      'kind = "local"',
      `path = "${folder}/repositories"`,
      '[retention]',
      `last = ${keptPoints}`,
      '',
    ].join('\n'),
  );
}
