import { join } from 'node:path';
import type { CopyLedger, CopyRecord } from '../contracts/copy-ledger.ts';
import { parseSnapshotId, type RepositoryId } from '../domain/ids.ts';
import { replaceFile } from './atomic-file.ts';
import { ensurePrivateFolder, readPrivateFile } from './private-file.ts';

/** Files of JSON below `<state>/copies/<destination>/`, mode 0600. */
export function openCopyLedger(state: string): CopyLedger {
  const top = join(state, 'copies');
  const fileOf = (destination: string, id: RepositoryId): string => join(top, destination, `${id}.json`);
  return {
    async load(destination, repositoryId) {
      const content = readPrivateFile(fileOf(destination, repositoryId));
      return content === undefined ? undefined : parse(content.toString('utf8'));
    },
    async save(destination, repositoryId, record) {
      ensurePrivateFolder(top);
      ensurePrivateFolder(join(top, destination));
      await replaceFile(fileOf(destination, repositoryId), JSON.stringify(record), 0o600);
    },
  };
}

/** @returns undefined for what is damaged: then it is as if it was lost. */
function parse(text: string): CopyRecord | undefined {
  try {
    const { snapshots, copiedAt, lockedUntil } = JSON.parse(text) as { [name: string]: unknown };
    if (!Array.isArray(snapshots) || typeof copiedAt !== 'string') return undefined;
    return {
      snapshots: snapshots.map((id) => parseSnapshotId(String(id))),
      copiedAt: new Date(copiedAt),
      lockedUntil: typeof lockedUntil === 'string' ? new Date(lockedUntil) : undefined,
    };
  } catch {
    return undefined;
  }
}
