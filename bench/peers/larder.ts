import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Command } from '../measure/script.ts';
import type { Assignment, BackedUpAccount, Keeper, Tool } from './tool.ts';

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
    forgetOldest: async ({ name }) => {
      const oldest = await findOldestPoint(name, environment);
      return [larder('--account', name, 'forget', oldest, '--prune', '--no-input', '--yes')];
    },
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
      '',
    ].join('\n'),
  );
}

/** @throws {Error} when Larder lists none. */
async function findOldestPoint(account: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const words = ['--account', account, 'list', '--json'];
  const { stdout } = await promisify(execFile)(larderProgram, words, {
    env: { PATH: '/usr/bin:/bin', ...environment },
  });
  const points = parsePoints(stdout).toSorted((left, right) => left.time.localeCompare(right.time));
  const oldest = points[0];
  if (oldest === undefined) throw new Error(`larder lists no restore point of ${account}`);
  return oldest.id;
}

interface Point {
  readonly id: string;
  readonly time: string;
}

function parsePoints(text: string): readonly Point[] {
  const answer: unknown = JSON.parse(text);
  if (typeof answer !== 'object' || answer === null || !('points' in answer) || !Array.isArray(answer.points))
    return [];
  return answer.points.filter(isPoint);
}

function isPoint(value: unknown): value is Point {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('time' in value)) return false;
  return typeof value.id === 'string' && typeof value.time === 'string';
}
