import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import { parseServerId, type ServerId } from '../domain/ids.ts';
import { createFile } from './atomic-file.ts';
import { readPrivateFile } from './private-file.ts';

/**
 * The id of this server, kept in `<state>/server-id`; made at the first call. Host names change, this does not.
 * @throws {Failure} `state-unsafe` when the file is damaged or open to others.
 */
export async function loadServerId(state: string): Promise<ServerId> {
  const file = join(state, 'server-id');
  const content = readPrivateFile(file);
  if (content !== undefined) return parseContent(file, content.toString('utf8').trim());
  const made = parseServerId(randomBytes(16).toString('hex'));
  await createFile(file, `${made}\n`, 0o600);
  return made;
}

function parseContent(file: string, text: string): ServerId {
  try {
    return parseServerId(text);
  } catch (error) {
    const facts = { path: file, problem: 'it holds no server id', mend: `bring ${file} back from a backup` };
    throw new Failure('state-unsafe', facts, { cause: error });
  }
}
