import { readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from '../domain/configuration.ts';
import type { DestinationConfiguration } from '../domain/destination.ts';
import { Failure } from '../domain/failure.ts';
import { nearestWord } from '../domain/nearest-word.ts';
import { replaceFile } from './atomic-file.ts';
import { configurationFile, parseConfiguration } from './configuration.ts';
import type { Environment } from './environment.ts';
import {
  appendLines,
  cutDestination,
  renderDestination,
  type DestinationFields,
} from './settings/edit-destinations.ts';
import { readSettingsFile } from './settings/read-settings-file.ts';
import { headersOf } from './settings/toml-document.ts';

/** A change of the configuration file that was worked out and read again, and is not written yet. */
export interface PlannedEdit {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** Those that come or go. */
  readonly lines: readonly string[];
  readonly destination: DestinationConfiguration;
  /** As it will be. */
  readonly configuration: Configuration;
}

/**
 * @param fields as they are typed, with `name` and `kind`. An S3 destination without `credentials_file` gets one beside the
 * configuration, named like itself. @throws {Failure} `configuration-invalid` when the file would not be right with it.
 */
export function planAddition(environment: Environment, fields: DestinationFields): PlannedEdit {
  const { file, before, former } = readFormer(environment);
  const lines = renderDestination(withCredentialsFile(file, fields));
  const after = appendLines(before, lines);
  const configuration = parseConfiguration(file, after, availableParallelism());
  const destination = configuration.destinations.at(-1);
  const isOnlyAdded = isDeepStrictEqual(configuration.destinations.slice(0, -1), former.destinations);
  if (destination === undefined || !isOnlyAdded || !isOtherwiseSame(former, configuration)) refuseSurprise(file);
  return { file, before, after, lines, destination, configuration };
}

function withCredentialsFile(file: string, fields: DestinationFields): DestinationFields {
  const given = new Map(fields);
  if (given.get('kind') !== 's3' || given.has('credentials_file')) return fields;
  const name = (given.get('name') ?? '').replaceAll(/[^A-Za-z0-9._-]/g, '_');
  return [...fields, ['credentials_file', join(dirname(file), `${name}.toml`)]];
}

/** @throws {Failure} `unknown-destination`; `configuration-invalid` for the primary one, or when others would change. */
export function planRemoval(environment: Environment, name: string): PlannedEdit {
  const { file, before, former } = readFormer(environment);
  const index = former.destinations.findIndex((one) => one.name === name);
  const destination = former.destinations[index];
  if (destination === undefined) {
    const names = former.destinations.map((one) => one.name);
    throw new Failure('unknown-destination', { text: name, hint: nearestWord(name, names) ?? names.join(', ') });
  }
  const line = headersOf(before).filter((header) => header.isList && header.name === 'destinations')[index]?.line ?? 1;
  const cut = cutDestination(before, index);
  if (cut === undefined || destination.role === 'primary') {
    const problem =
      cut === undefined ? 'it is not written as [[destinations]]' : `"${name}" is the primary destination`;
    const hint =
      cut === undefined ? 'remove it by hand' : 'give another one role = "primary" first, and this one another';
    throw new Failure('configuration-invalid', { file, line, problem, hint });
  }
  const configuration = parseConfiguration(file, cut.text, availableParallelism());
  const others = former.destinations.toSpliced(index, 1).map(plainRole);
  const isRight = isDeepStrictEqual(configuration.destinations.map(plainRole), others);
  if (!isRight || !isOtherwiseSame(former, configuration)) refuseSurprise(file);
  return { file, before, after: cut.text, lines: cut.removed, destination, configuration };
}

/** Which of the copies is the second and which the third follows from their order, and changes nothing. */
function plainRole(destination: DestinationConfiguration): DestinationConfiguration {
  return destination.role === 'tertiary' ? { ...destination, role: 'secondary' } : destination;
}

function readFormer(environment: Environment): { file: string; before: string; former: Configuration } {
  const file = configurationFile(environment);
  const before = readSettingsFile(file);
  const owner = statSync(file).uid;
  const user = process.getuid?.() ?? 0;
  if (user !== 0 && user !== owner) {
    throw new Failure('not-allowed', { action: `change ${file}`, hint: 'The administrator of this server can do it.' });
  }
  return { file, before, former: parseConfiguration(file, before, availableParallelism()) };
}

/** What follows from destinations follows them: everything else must be as it was. */
function isOtherwiseSame(former: Configuration, configuration: Configuration): boolean {
  const without = (whole: Configuration): object => ({
    ...whole,
    destinations: [],
    schedule: { ...whole.schedule, offSite: undefined },
  });
  return isDeepStrictEqual(without(former), without(configuration));
}

function refuseSurprise(file: string): never {
  const hint = 'write it by hand, below the other [[destinations]]';
  throw new Failure('configuration-invalid', {
    file,
    line: 1,
    problem: 'more than this destination would change',
    hint,
  });
}

/**
 * Writes the file anew in one step, with its mode and its owner; a symbolic link to it stays one.
 * @throws {Failure} `configuration-invalid` when somebody changed it meanwhile; `no-space`.
 */
export async function writeEdit({ file, before, after }: PlannedEdit): Promise<void> {
  const real = realpathSync(file);
  const stats: Stats = statSync(real);
  if (readFileSync(real, 'utf8') !== before) {
    throw new Failure('configuration-invalid', {
      file,
      line: 1,
      problem: 'somebody changed it meanwhile',
      hint: 'try again',
    });
  }
  await replaceFile(real, after, stats.mode & 0o7777, { uid: stats.uid, gid: stats.gid });
}
