import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import type {
  Configuration,
  Limits,
  PanelConfiguration,
  RestoreConfiguration,
  WebConfiguration,
} from '../domain/configuration.ts';
import { defaultArchiveRules, type ArchiveRules } from '../domain/plan-archive.ts';
import { readDatabases } from './configuration-databases.ts';
import { readRedis } from './configuration-redis.ts';
import { readDestinations } from './configuration-destinations.ts';
import { readMail } from './configuration-mail.ts';
import { readMetadata } from './configuration-metadata.ts';
import { proofKeys, readProof } from './configuration-proof.ts';
import { readRetention } from './configuration-retention.ts';
import { readSchedule } from './configuration-schedule.ts';
import type { Environment } from './environment.ts';
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

const defaultFile = '/etc/larder/larder.toml';
const topKeys = [
  'state',
  'run',
  'panel',
  'metadata',
  'destinations',
  'databases',
  'redis',

  'limits',
  'web',
  'restore',
  'schedule',
  'retention',
  'mail',
  'archives',
  ...proofKeys,
];

/**
 * Reads the file that `LARDER_CONFIG` names, else `/etc/larder/larder.toml`. Every key is explained in `docs/configuration.md`.
 * @throws {Failure} `configuration-missing`; `configuration-invalid` with file, line and a suggestion; `state-unsafe`
 * when others may write the file.
 */
export function loadConfiguration(environment: Environment): Configuration {
  const file = configurationFile(environment);
  return parseConfiguration(file, readSettingsFile(file), availableParallelism());
}

/** The file that is read. */
export function configurationFile(environment: Environment): string {
  const named = environment['LARDER_CONFIG'];
  return resolve(named === undefined || named === '' ? defaultFile : named);
}

/** @param cores is the number of threads when the file does not say. @throws {Failure} `configuration-invalid`. */
export function parseConfiguration(file: string, text: string, cores: number): Configuration {
  const document = parseTomlDocument(file, text);
  const top = openSection(document, [], document.value, topKeys);
  const state = readAbsolutePath(top, 'state', '/var/lib/larder');
  const destinations = readDestinations(top);
  const has = (...roles: readonly string[]): boolean => destinations.some(({ role }) => roles.includes(role));
  return {
    file,
    state,
    run: hasKey(top, 'run') ? readAbsolutePath(top, 'run', '/run/larder') : '/run/larder',
    panel: readPanel(top, dirname(file)),
    metadata: readMetadata(top, state),
    destinations,
    databases: readDatabases(top),
    redis: readRedis(top),
    limits: readLimits(top, cores),
    web: readWeb(top),
    restore: readRestore(top),
    proof: readProof(top),
    schedule: {
      ...readSchedule(top),
      offSite: { copies: has('secondary', 'tertiary'), archives: has('archives') },
    },
    retention: readRetention(top),
    mail: readMail(top),
    archives: readArchives(top),
  };
}

function readPanel(top: Section, folder: string): PanelConfiguration {
  if (!hasKey(top, 'panel'))
    refuseKey(top, 'panel', '[panel] is missing', 'add [panel] with kind = "static" or "linux"');
  const panel = openSection(top.document, ['panel'], top.fields['panel'], ['kind', 'accounts']);
  const kind = readWord(panel, 'kind', ['static', 'linux', 'demo']);
  if (kind !== 'linux') {
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
  const limits = openSection(top.document, ['limits'], top.fields['limits'] ?? {}, ['parallel', 'nice', 'io', 'load']);
  return {
    parallel: hasKey(limits, 'parallel') ? readWholeNumber(limits, 'parallel', 1, 256) : cores,
    nice: hasKey(limits, 'nice') ? readWholeNumber(limits, 'nice', 0, 19) : 10,
    ioPriority: hasKey(limits, 'io') ? readWord(limits, 'io', ['idle', 'low', 'usual']) : 'low',
    load: hasKey(limits, 'load') ? readWholeNumber(limits, 'load', 1, 10_000) : undefined,
  };
}

function readRestore(top: Section): RestoreConfiguration {
  const restore = openSection(top.document, ['restore'], top.fields['restore'] ?? {}, ['undo_days']);
  return { undoDays: hasKey(restore, 'undo_days') ? readWholeNumber(restore, 'undo_days', 1, 30) : 7 };
}

function readArchives(top: Section): ArchiveRules {
  const archives = openSection(top.document, ['archives'], top.fields['archives'] ?? {}, ['full_every_days']);
  if (!hasKey(archives, 'full_every_days')) return defaultArchiveRules;
  return { ...defaultArchiveRules, fullEveryDays: readWholeNumber(archives, 'full_every_days', 1, 31) };
}

function readWeb(top: Section): WebConfiguration {
  const web = openSection(top.document, ['web'], top.fields['web'] ?? {}, ['url', 'group', 'socket', 'listen']);
  const group = hasKey(web, 'group')
    ? readText(web, 'group', 'the group of the web server, such as "larder"')
    : 'larder';
  const socket = hasKey(web, 'socket') ? readAbsolutePath(web, 'socket', '/run/larder-web/web.sock') : undefined;
  return { url: readUrl(web), group, socket, listen: readListen(web) };
}

function readUrl(web: Section): string | undefined {
  if (!hasKey(web, 'url')) return undefined;
  const url = readText(web, 'url', 'where the pages are reached, such as "https://backup.example.com"');
  if (!/^https?:\/\/[^/?#\s]+(\/[^?#\s]*)?$/.test(url)) {
    refuseKey(web, 'url', '`url` is not a web address', 'write it as "https://backup.example.com"');
  }
  return url.replace(/\/+$/, '');
}

/** Never more than this machine: what stands before it speaks HTTPS. */
function readListen(web: Section): WebConfiguration['listen'] {
  if (!hasKey(web, 'listen')) return undefined;
  const text = readText(web, 'listen', 'a loopback address and a port, such as "127.0.0.1:7600"');
  const [, host, port] = /^(127\.0\.0\.1|\[::1\]):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    refuseKey(web, 'listen', '`listen` is not a loopback address with a port', 'write it as "127.0.0.1:7600"');
  }
  return { host: host.replaceAll(/[[\]]/g, ''), port: Number(port) };
}
