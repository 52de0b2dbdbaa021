import type { DestinationConfiguration, DestinationRole } from '../domain/destination.ts';
import { locationOf } from '../domain/destination.ts';
import { readOwnPolicy } from './configuration-retention.ts';
import { readS3, s3Keys } from './configuration-s3.ts';
import { readSftp, sftpKeys } from './configuration-sftp.ts';
import {
  hasKey,
  openSection,
  readAbsolutePath,
  readList,
  readOptionalText,
  readText,
  readWord,
  refuseKey,
  type Section,
} from './settings/section.ts';

const example = 'add [[destinations]] with name, kind and path';
const commonKeys = ['name', 'kind', 'role', 'country', 'provider', 'keep'];
const roles = ['primary', 'secondary', 'tertiary', 'archives'] as const;
const rolesInOrder = ['primary', 'secondary', 'tertiary'] as const;
const keysOfKinds = { local: ['path'], s3: s3Keys, sftp: sftpKeys } as const;
const kinds = ['local', 's3', 'sftp'] as const;

/**
 * @throws {Failure} `configuration-invalid` unless there is at least one, one of them is primary, and no two share a name
 * or a place.
 */
export function readDestinations(top: Section): DestinationConfiguration[] {
  const items = readList(top, 'destinations', 'write [[destinations]] with two brackets');
  if (items.length === 0) refuseKey(top, 'destinations', 'there is no destination', example);
  const destinations: DestinationConfiguration[] = [];
  for (const [index, item] of items.entries()) {
    const section = openDestination(top, index, item);
    const destination = withKeep(top, section, readDestination(section, index));
    refuseTwins(section, destination, destinations);
    destinations.push(destination);
  }
  if (!destinations.some(({ role }) => role === 'primary')) {
    refuseKey(top, 'destinations', 'no destination is primary', 'leave `role` out, or write role = "primary" once');
  }
  return destinations;
}

/** Which keys there may be depends on the kind; where that is unclear, all are known until it is. */
function openDestination(top: Section, index: number, item: unknown): Section {
  const kind = kinds.find((word) => isObject(item) && item['kind'] === word);
  const keys = kind === undefined ? Object.values(keysOfKinds).flat() : keysOfKinds[kind];
  return openSection(top.document, ['destinations', index], item, [...commonKeys, ...new Set(keys)]);
}

function isObject(item: unknown): item is { readonly [key: string]: unknown } {
  return typeof item === 'object' && item !== null;
}

function readDestination(section: Section, index: number): DestinationConfiguration {
  const common = {
    name: readName(section),
    role: hasKey(section, 'role') ? readWord(section, 'role', roles) : usualRole(index),
    country: readCountry(section),
    provider: readOptionalText(section, 'provider', 'who runs the place, such as "Example Cloud"'),
  };
  switch (readWord(section, 'kind', kinds)) {
    case 'local':
      return { ...common, kind: 'local', path: readAbsolutePath(section, 'path', '/backup/larder') };
    case 's3':
      return { ...common, ...readS3(section) };
    case 'sftp':
      return { ...common, ...readSftp(section) };
  }
}

/** The primary one keeps what `[retention]` says, and nothing else. */
function withKeep(top: Section, section: Section, destination: DestinationConfiguration): DestinationConfiguration {
  const keep = readOwnPolicy(top, [...section.path, 'keep'], section.fields['keep']);
  if (keep === undefined) return destination;
  if (destination.role !== 'primary') return { ...destination, keep };
  return refuseKey(section, 'keep', '`keep` means nothing at the primary destination', 'write it into [retention]');
}

function usualRole(index: number): DestinationRole {
  return rolesInOrder[Math.min(index, rolesInOrder.length - 1)] ?? 'tertiary';
}

function readName(section: Section): string {
  const name = readText(section, 'name', 'a short name such as "local"');
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  return refuseKey(section, 'name', `"${name}" cannot be a name`, 'use letters, digits, dots and hyphens, at most 64');
}

function readCountry(section: Section): string | undefined {
  const country = readOptionalText(section, 'country', 'two letters such as "DE"');
  if (country === undefined || /^[A-Z]{2}$/.test(country)) return country;
  return refuseKey(section, 'country', `"${country}" is no country`, 'two capital letters of ISO 3166, such as "DE"');
}

function refuseTwins(
  section: Section,
  destination: DestinationConfiguration,
  earlier: readonly DestinationConfiguration[],
): void {
  const { name, role } = destination;
  if (earlier.some((other) => other.name === name)) {
    refuseKey(section, 'name', `two destinations are named "${name}"`, 'give each its own name');
  }
  if (role === 'primary' && earlier.some((other) => other.role === 'primary')) {
    refuseKey(section, 'role', 'two destinations are primary', 'copies go to role = "secondary"');
  }
  if (role === 'archives' && earlier.some((other) => other.role === 'archives')) {
    refuseKey(section, 'role', 'two destinations are for archives', 'archives go to one; remove the other');
  }
  if (role === 'archives' && destination.kind === 'sftp') {
    refuseKey(section, 'role', 'archives cannot be kept over SFTP', 'use a destination of kind "s3" or "local"');
  }
  const place = locationOf({ destination, folder: '' });
  if (earlier.some((other) => locationOf({ destination: other, folder: '' }) === place)) {
    const isLocal = destination.kind === 'local';
    const shown = isLocal ? destination.path : place;
    refuseKey(section, isLocal ? 'path' : 'name', `two destinations use "${shown}"`, 'give each its own folder');
  }
}
