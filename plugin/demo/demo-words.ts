import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What was asked of `npm start`. */
export interface DemoWords {
  readonly folder: string;
  readonly isFresh: boolean;
  readonly days: number;
  /** From 0 to 1: how much of a whole home is made. */
  readonly share: number;
  /** Where the pages are served; the next free one when it is taken. */
  readonly port: number;
}

export interface DemoCaller {
  readonly uid: number;
  readonly environment: { readonly [name: string]: string | undefined };
}

/** Undefined when the words cannot be understood. */
export function readDemoWords(words: readonly string[], caller: DemoCaller): DemoWords | undefined {
  const asked = parse(words);
  const days = Number(asked?.days ?? 40);
  const port = Number(asked?.port ?? usualPort);
  if (asked === undefined || !isWithin(days, 3, 400) || !isWithin(port, 1, 65_000)) return undefined;
  const typedIn = caller.environment['INIT_CWD'] ?? '.'; // npm itself goes to the checkout
  const folder = asked.folder === undefined ? usualFolder(caller) : resolve(typedIn, asked.folder);
  return { folder, isFresh: asked.fresh === true, days, share: asked.small === true ? 0.06 : 1, port };
}

const usualPort = 7600;

function isWithin(number: number, least: number, most: number): boolean {
  return Number.isInteger(number) && number >= least && number <= most;
}

function parse(words: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({ args: [...words], options: { folder: text, days: text, port: text, fresh: flag, small: flag } })
      .values;
  } catch {
    return undefined;
  }
}

/** Where a service keeps what it must not lose; of a user, as the XDG Base Directory Specification says. */
function usualFolder({ uid, environment }: DemoCaller): string {
  if (uid === 0) return '/var/lib/larder-demo';
  const state = environment['XDG_STATE_HOME'] ?? '';
  return join(state === '' ? join(environment['HOME'] ?? '/', '.local/state') : state, 'larder-demo');
}
