import { join } from 'node:path';
import type { LocalCopyPolicies } from '../contracts/local-copy-policies.ts';
import { readLocalCopyPolicy } from '../domain/local-copy-policy.ts';
import { replaceFile } from './atomic-file.ts';
import { ensurePrivateFolder, readPrivateFile } from './private-file.ts';

/** One small file per account below `<state>/local-copies`. */
export function openLocalCopyPolicies(state: string): LocalCopyPolicies {
  const folder = join(state, 'local-copies');
  const fileOf = (generation: string): string => join(folder, `${generation}.json`);
  return {
    async load(generation) {
      const content = readPrivateFile(fileOf(generation));
      return content === undefined ? undefined : readLocalCopyPolicy(parse(content));
    },
    async save(generation, policy) {
      ensurePrivateFolder(folder);
      await replaceFile(fileOf(generation), `${JSON.stringify(policy, null, 2)}\n`, 0o600);
    },
  };
}

function parse(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
