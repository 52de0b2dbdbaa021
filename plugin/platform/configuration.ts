import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Configuration, Limits, PanelConfiguration } from '../domain/configuration.ts';
import { readDestinations } from './configuration-destinations.ts';
import { readMetadata } from './configuration-metadata.ts';
import { readSettingsFile } from './settings/read-settings-file.ts';
import {
  hasKey,
  openSection,
  readAbsolutePath,
  readText,
  readWholeNumber,
  readWord,
  refuseKey,
  type Section,
} from './settings/section.ts';
import { parseTomlDocument } from './settings/toml-document.ts';

export type Environment = { readonly [name: string]: string | undefined };

const defaultFile = '/etc/larder/larder.toml';
const topKeys = ['state', 'run', 'panel', 'metadata', 'destinations', 'limits'];

/**
 * Reads the file that `LARDER_CONFIG` names, else `/etc/larder/larder.toml`. Nothing else in the project reads the
 * environment. Every key is explained in `docs/configuration.md`.
 * @throws {Failure} `configuration-missing`; `configuration-invalid` with file, line and a suggestion; `state-unsafe`
 * when others may write the file.
 */
export function loadConfiguration(environment: Environment): Configuration {
  const named = environment['LARDER_CONFIG'];
  const file = resolve(named === undefined || named === '' ? defaultFile : named);
  return parseConfiguration(file, readSettingsFile(file), availableParallelism());
}

/** @param cores is the number of threads when the file does not say. @throws {Failure} `configuration-invalid`. */
export function parseConfiguration(file: string, text: string, cores: number): Configuration {
  const document = parseTomlDocument(file, text);
  const top = openSection(document, [], document.value, topKeys);
  const state = readAbsolutePath(top, 'state', '/var/lib/larder');
  return {
    file,
    state,
    run: hasKey(top, 'run') ? readAbsolutePath(top, 'run', '/run/larder') : '/run/larder',
    panel: readPanel(top, dirname(file)),
    metadata: readMetadata(top, state),
    destinations: readDestinations(top),
    limits: readLimits(top, cores),
  };
}

function readPanel(top: Section, folder: string): PanelConfiguration {
  if (!hasKey(top, 'panel'))
    refuseKey(top, 'panel', '[panel] is missing', 'add [panel] with kind = "static" or "linux"');
  const panel = openSection(top.document, ['panel'], top.fields['panel'], ['kind', 'accounts']);
  const kind = readWord(panel, 'kind', ['static', 'linux', 'demo']);
  if (kind === 'static') {
    return {
      kind,
      accounts: resolve(folder, readText(panel, 'accounts', 'the file that lists them, such as "accounts.json"')),
    };
  }
  if (hasKey(panel, 'accounts')) {
    refuseKey(
      panel,
      'accounts',
      `\`accounts\` means nothing to the panel "${kind}"`,
      'remove it, or set kind = "static"',
    );
  }
  return { kind };
}

function readLimits(top: Section, cores: number): Limits {
  const limits = openSection(top.document, ['limits'], top.fields['limits'] ?? {}, ['parallel']);
  return { parallel: hasKey(limits, 'parallel') ? readWholeNumber(limits, 'parallel', 1, 256) : cores };
}

/** The process's environment: the one place that reads it. */
export function readEnvironment(): Environment {
  return process.env;
}
