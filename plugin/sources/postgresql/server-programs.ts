import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** As Debian has them, as Red Hat has them, and as they are put beside all others. */
const places = [
  { folder: '/usr/lib/postgresql', name: /^(\d+)$/ },
  { folder: '/usr', name: /^pgsql-(\d+)$/ },
];

/** The folder of the newest version of which the server's programs are here; undefined without any. */
export function findServerPrograms(): string | undefined {
  const versions = places.flatMap(({ folder, name }) => {
    const found = existsSync(folder) ? readdirSync(folder) : [];
    return found.flatMap((entry) => {
      const version = name.exec(entry)?.[1];
      return version === undefined ? [] : [{ version: Number(version), programs: join(folder, entry, 'bin') }];
    });
  });
  const byAge = versions.toSorted((one, other) => other.version - one.version).map(({ programs }) => programs);
  return [...byAge, '/usr/bin'].find((programs) => isThere(programs));
}

function isThere(programs: string): boolean {
  return ['initdb', 'postgres'].every((program) => existsSync(join(programs, program)));
}
