import {
  s3Presets,
  type ObjectLockRule,
  type S3Destination,
  type S3Encryption,
  type S3Preset,
} from '../domain/destination.ts';
import { checkEndpoint } from './configuration-endpoint.ts';
import { readRemoteLimits, remoteKeys } from './configuration-remote.ts';
import {
  hasKey,
  readAbsolutePath,
  readFlag,
  readOptionalText,
  readText,
  readWholeNumber,
  readWord,
  refuseKey,
  type Section,
} from './settings/section.ts';

export const s3Keys: readonly string[] = [
  'preset',
  'endpoint',
  'region',
  'bucket',
  'prefix',
  'path_style',
  'credentials_file',
  'authority_file',
  'checksums',
  'storage_class',
  'encryption',
  'kms_key',
  'lock',
  'lock_days',
  ...remoteKeys,
];

interface PresetRule {
  /** Undefined where every customer has another one. */
  readonly endpoint: ((region: string) => string) | undefined;
  /** Undefined where the file must say. */
  readonly region: string | undefined;
  readonly pathStyle: boolean;
}

const presets: { readonly [preset in S3Preset]: PresetRule } = {
  aws: { endpoint: (region) => `https://s3.${region}.amazonaws.com`, region: undefined, pathStyle: false },
  gcs: { endpoint: () => 'https://storage.googleapis.com', region: 'auto', pathStyle: true },
  spaces: { endpoint: (region) => `https://${region}.digitaloceanspaces.com`, region: undefined, pathStyle: false },
  wasabi: { endpoint: (region) => `https://s3.${region}.wasabisys.com`, region: undefined, pathStyle: true },
  b2: { endpoint: (region) => `https://s3.${region}.backblazeb2.com`, region: undefined, pathStyle: true },
  r2: { endpoint: undefined, region: 'auto', pathStyle: true },
  ceph: { endpoint: undefined, region: 'default', pathStyle: true },
  custom: { endpoint: undefined, region: 'us-east-1', pathStyle: true },
};

const usualParallel = 8;

export function readS3(section: Section): Omit<S3Destination, 'name' | 'role' | 'country' | 'provider'> {
  const preset = hasKey(section, 'preset') ? readWord(section, 'preset', s3Presets) : 'custom';
  const rule = presets[preset];
  const region = readRegion(section, rule);
  return {
    kind: 's3',
    preset,
    endpoint: readEndpoint(section, rule, region),
    region,
    bucket: readBucket(section),
    prefix: readPrefix(section),
    pathStyle: hasKey(section, 'path_style') ? readFlag(section, 'path_style') : rule.pathStyle,
    credentialsFile: readAbsolutePath(section, 'credentials_file', '/etc/larder/s3-credentials.toml'),
    authorityFile: hasKey(section, 'authority_file')
      ? readAbsolutePath(section, 'authority_file', '/etc/ssl/certs/own-ca.pem')
      : undefined,
    checksums: readChecksums(section, preset),
    storageClass: readOptionalText(section, 'storage_class', 'such as "STANDARD_IA"'),
    encryption: readEncryption(section),
    lock: readLock(section),
    limits: readRemoteLimits(section, usualParallel),
  };
}

function readRegion(section: Section, { region }: PresetRule): string {
  const text =
    region === undefined || hasKey(section, 'region') ? readText(section, 'region', 'such as "eu-central-1"') : region;
  if (/^[a-z0-9-]{2,32}$/.test(text)) return text;
  return refuseKey(section, 'region', `"${text}" is no region`, 'small letters, digits and hyphens');
}

function readEndpoint(section: Section, { endpoint }: PresetRule, region: string): string {
  if (endpoint !== undefined && !hasKey(section, 'endpoint')) return endpoint(region);
  const text = readText(section, 'endpoint', 'such as "https://s3.example.com"');
  return checkEndpoint(section, text);
}

function readBucket(section: Section): string {
  const bucket = readText(section, 'bucket', 'the name of the bucket');
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) return bucket;
  return refuseKey(
    section,
    'bucket',
    `"${bucket}" is no name of a bucket`,
    '3 to 63 small letters, digits and hyphens',
  );
}

function readPrefix(section: Section): string {
  const prefix = readOptionalText(section, 'prefix', 'a folder in the bucket, such as "server1"') ?? '';
  const isPath = prefix === '' || prefix.split('/').every((part) => /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(part));
  if (isPath && prefix.length <= 200) return prefix;
  return refuseKey(section, 'prefix', `"${prefix}" is no folder`, 'such as "larder/server1", no slash at either end');
}

/** Servers that were never told of checksums refuse or garble what carries them (docs/decisions). */
function readChecksums(section: Section, preset: S3Preset): S3Destination['checksums'] {
  if (hasKey(section, 'checksums')) return readWord(section, 'checksums', ['when-supported', 'when-required']);
  return preset === 'aws' ? 'when-supported' : 'when-required';
}

function readEncryption(section: Section): S3Encryption {
  const kind = hasKey(section, 'encryption') ? readWord(section, 'encryption', ['none', 's3', 'kms']) : 'none';
  if (kind === 'kms') return { kind, key: readOptionalText(section, 'kms_key', 'the id of the key') };
  if (hasKey(section, 'kms_key'))
    refuseKey(section, 'kms_key', '`kms_key` means nothing here', 'set encryption = "kms"');
  return { kind };
}

function readLock(section: Section): ObjectLockRule | undefined {
  const mode = hasKey(section, 'lock') ? readWord(section, 'lock', ['none', 'governance', 'compliance']) : 'none';
  if (mode !== 'none') return { mode, days: readWholeNumber(section, 'lock_days', 2, 3650) };
  if (hasKey(section, 'lock_days')) {
    refuseKey(section, 'lock_days', '`lock_days` means nothing here', 'set lock = "compliance"');
  }
  return undefined;
}
