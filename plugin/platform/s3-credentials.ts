import { Failure } from '../domain/failure.ts';
import { readPrivateFile } from './private-file.ts';
import { openSection, readOptionalText, readText } from './settings/section.ts';
import { parseTomlDocument } from './settings/toml-document.ts';

export interface StoredS3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/**
 * @throws {Failure} `key-unusable` when there is none; `state-unsafe` when others can read it; `configuration-invalid`
 * with the line. What it holds is never repeated.
 */
export function readS3Credentials(file: string): StoredS3Credentials {
  const document = parseTomlDocument(file, readKey(file).toString('utf8'));
  const keys = ['access_key_id', 'secret_access_key', 'session_token'];
  const section = openSection(document, [], document.value, keys);
  return {
    accessKeyId: readText(section, 'access_key_id', 'the id of the key'),
    secretAccessKey: readText(section, 'secret_access_key', 'its secret half'),
    sessionToken: readOptionalText(section, 'session_token', 'for keys that expire'),
  };
}

/** A key that only this user can read. @throws {Failure} `key-unusable`, `state-unsafe`. */
export function readKey(file: string): Buffer {
  const content = readPrivateFile(file);
  if (content === undefined) throw new Failure('key-unusable', { key: file, problem: 'it is missing' });
  return content;
}
