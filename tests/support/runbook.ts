import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Values for what a reader must fill in, by the name that is set in the page. */
export interface Filled {
  readonly [name: string]: string;
}

export interface RunbookOptions {
  /** A folder of the test's own. */
  readonly folder: string;
  /** The only programs that are found. */
  readonly programs: readonly string[];
  readonly filled: Filled;
}

/** The commands below the headings of a page that match, in the order in which they stand there. */
export function commandsOf(page: string, heading: RegExp): string {
  const sections = readFileSync(page, 'utf8').split(/^(?=## )/m);
  const chosen = sections.filter((section) => heading.test(section.split('\n', 1)[0] ?? ''));
  const blocks = chosen.flatMap((section) => [...section.matchAll(/^```sh\n([^]*?)^```$/gm)]);
  return blocks.map(([, commands = '']) => commands).join('');
}

/**
 * Runs commands as somebody types them into a plain shell who has nothing but these programs: no home, no settings.
 * Only what the page itself sets to an example gets the value of the test.
 * @throws {Error} when something is to be filled in that the page does not set.
 */
export function runCommands(commands: string, { folder, programs, filled }: RunbookOptions): SpawnSyncReturns<string> {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const program of ['sh', ...programs]) {
    const found = ['/usr/bin', '/bin', '/usr/local/bin'].map((place) => join(place, program)).find(existsSync);
    if (found === undefined) throw new Error(`${program} is not installed`);
    if (!existsSync(join(bin, program))) symlinkSync(found, join(bin, program));
  }
  const script = Object.entries(filled).reduce(fillIn, commands);
  const env = { PATH: bin, HOME: folder, TMPDIR: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  return spawnSync(join(bin, 'sh'), ['-eu', '-c', script], { env, cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 });
}

function fillIn(commands: string, [name, value]: readonly [string, string]): string {
  const setting = new RegExp(`^((?:export .*)?\\b${name}=)[^\\s"(]+`, 'm');
  if (!setting.test(commands)) throw new Error(`the page does not set ${name}`);
  return commands.replace(setting, (_, beginning: string) => `${beginning}'${value}'`);
}
