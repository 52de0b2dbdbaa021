import { broken, isFields, type Fields } from './frames.ts';

export const protocolVersion = 1;

/** The first frame of a connection: to whom the server thinks it speaks. */
export interface Hello {
  readonly protocol: typeof protocolVersion;
  readonly role: 'account' | 'root' | 'web';
  /** The account whose socket it is. */
  readonly account?: string | undefined;
  /** BCP 47 language of that account. */
  readonly language?: string | undefined;
  /** Absolute path of that account's home: relative paths are meant from within it. */
  readonly home?: string | undefined;
  /** For root: the configuration that the worker goes by. */
  readonly settings?: Settings | undefined;
}

/** A configuration file, and the SHA-256 of its content when it was read. */
export interface Settings {
  readonly file: string;
  readonly digest: string;
}

/** @throws {Failure} `protocol-broken` unless it is a greeting of this version. */
export function parseHello(frame: Fields): Hello {
  const { hello } = frame;
  if (!isFields(hello)) throw broken('the server did not greet');
  const { protocol, role, account, language, home, settings } = hello;
  if (protocol !== protocolVersion) throw broken('the server speaks another version; restart it after an upgrade');
  if (role !== 'account' && role !== 'root' && role !== 'web') throw broken('the greeting has an unknown role');
  if ((role === 'account') !== (account !== undefined)) throw broken('the greeting names no account');
  return {
    protocol,
    role,
    account: optionalText(account),
    language: optionalText(language),
    home: optionalText(home),
    settings: settings === undefined ? undefined : parseSettings(settings),
  };
}

function parseSettings(settings: unknown): Settings {
  const { file, digest } = isFields(settings) ? settings : {};
  if (typeof file === 'string' && typeof digest === 'string') return { file, digest };
  throw broken('the greeting has a field of the wrong type');
}

function optionalText(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw broken('the greeting has a field of the wrong type');
}
