import { mkdir } from 'node:fs/promises';
import type { Assignment, Keeper, Tool } from './tool.ts';

/** `tar | zstd -3`: no encryption, no deduplication, the whole account each night. The floor that others are held to. */
export function createTar(version: string): Tool {
  return { name: 'tar', version, employ: employTar };
}

function employTar({ folder, accounts }: Assignment): Keeper {
  const repositories = `${folder}/repositories`;
  const archiveOf = (name: string): string => `${repositories}/${name}.tar.zst`;
  const extract = (name: string, into: string): readonly string[] => {
    return ['tar', '--extract', '--use-compress-program=zstd', `--file=${archiveOf(name)}`, `--directory=${into}`];
  };
  return {
    name: 'tar',
    folder,
    repositories,
    prepare: async () => {
      await mkdir(repositories, { recursive: true });
      return [];
    },
    backUp: () =>
      accounts.map(({ name, home }) => ({
        words: [
          'tar',
          '--create',
          '--use-compress-program=zstd -3',
          `--file=${archiveOf(name)}`,
          `--directory=${home}`,
          '.',
        ],
      })),
    restore: ({ name }, into) => [{ words: extract(name, into) }],
    restoreFile: ({ name }, path, into) => [{ words: [...extract(name, into), `./${path}`] }],
    rotate: () => {
      throw new Error('tar keeps one archive: it has nothing to prune');
    },
  };
}
