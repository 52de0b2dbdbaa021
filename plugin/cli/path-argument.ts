import { Failure } from '../domain/failure.ts';
import { parseShownName } from '../domain/parse-shown-name.ts';
import type { PathBytes } from '../protocol/requests.ts';
import type { Texts } from './texts.ts';

/** From where a path is meant. */
export interface Standpoint {
  /** How the path of the home may be written; none when that is not known. */
  readonly homes: readonly string[];
  /** Absolute. */
  readonly workingDirectory: string;
}

/**
 * A path as typed: `~` is the home, `~/x` and `./x` are `x`, `\xNN` is a byte. Who stands within the home means relative
 * paths from there, everyone else from the home. What leads out of the home stays as it is: whoever knows the home
 * judges it.
 * @throws {Failure} `invalid-input` for an empty path or one with a zero byte.
 */
export function parsePathArgument(typed: string, standpoint: Standpoint, texts: Texts): PathBytes {
  if (typed === '') throw new Failure('invalid-input', { field: 'PATH', text: '', hint: texts.say('usage.emptyPath') });
  const bytes = locate(typed, standpoint);
  if (bytes.includes(0)) {
    throw new Failure('invalid-input', { field: 'PATH', text: typed, hint: texts.say('usage.zeroByte') });
  }
  return bytes.toString('base64');
}

/** Whether it matters where the home is. */
export function dependsOnHome(typed: string): boolean {
  return !isFromHome(typed);
}

/** What of `path` lies below a home; undefined when it is not in it. */
export function belowHome(path: string, homes: readonly string[]): string | undefined {
  const home = homes.find((known) => path === known || path.startsWith(known === '/' ? '/' : `${known}/`));
  return home === undefined ? undefined : path.slice(home.length).replace(/^\/+/, '');
}

function locate(typed: string, { homes, workingDirectory }: Standpoint): Buffer {
  if (typed.startsWith('/')) {
    const below = belowHome(`/${partsOf(typed).join('/')}`, homes);
    return below === undefined ? toBytes(`/${partsOf(typed).join('/')}`) : toBytes(below);
  }
  const here = isFromHome(typed) ? '' : (belowHome(workingDirectory, homes) ?? '');
  if (here === '') return toBytes(partsOf(typed).join('/'));
  return joinUpwards(here.split('/'), partsOf(typed));
}

/** The working directory is taken as it is, what was typed is read as Larder writes names. */
function joinUpwards(here: readonly string[], typed: readonly string[]): Buffer {
  const parts: Buffer[] = here.map((part) => Buffer.from(part));
  for (const part of typed) {
    if (part === '..' && parts.length > 0) parts.pop();
    else parts.push(toBytes(part));
  }
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('/'), part])));
}

function isFromHome(typed: string): boolean {
  return typed === '~' || typed.startsWith('~/');
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part, index) => part !== '' && part !== '.' && !(part === '~' && index === 0));
}

function toBytes(shown: string): Buffer {
  return Buffer.from(parseShownName(shown));
}
