import type { DestinationConfiguration } from '../domain/configuration.ts';
import {
  openSection,
  readAbsolutePath,
  readList,
  readText,
  readWord,
  refuseKey,
  type Section,
} from './settings/section.ts';

const example = 'add [[destinations]] with name, kind and path';

/** @throws {Failure} `configuration-invalid` unless there is at least one, and no two share a name or a path. */
export function readDestinations(top: Section): DestinationConfiguration[] {
  const items = readList(top, 'destinations', 'write [[destinations]] with two brackets');
  if (items.length === 0) refuseKey(top, 'destinations', 'there is no destination', example);
  const destinations: DestinationConfiguration[] = [];
  for (const [index, item] of items.entries()) {
    const section = openSection(top.document, ['destinations', index], item, ['name', 'kind', 'path']);
    destinations.push(readDestination(section, destinations));
  }
  return destinations;
}

function readDestination(section: Section, earlier: readonly DestinationConfiguration[]): DestinationConfiguration {
  const name = readText(section, 'name', 'a short name such as "local"');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    refuseKey(section, 'name', `"${name}" cannot be a name`, 'use letters, digits, dots and hyphens, at most 64');
  }
  const kind = readWord(section, 'kind', ['local']);
  const path = readAbsolutePath(section, 'path', '/backup/larder');
  if (earlier.some((other) => other.name === name)) {
    refuseKey(section, 'name', `two destinations are named "${name}"`, 'give each its own name');
  }
  if (earlier.some((other) => other.path === path)) {
    refuseKey(section, 'path', `two destinations use ${path}`, 'give each its own folder');
  }
  return { name, kind, path };
}
