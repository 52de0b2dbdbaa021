import { join } from 'node:path';
import type { ArchiveRecord, CopyLedger, CopyRecord } from '../contracts/copy-ledger.ts';
import { parseSnapshotId, type Generation, type RepositoryId } from '../domain/ids.ts';
import { replaceFile } from './atomic-file.ts';
import { ensurePrivateFolder, readPrivateFile } from './private-file.ts';

/** Files of JSON below `<state>/copies/<destination>/`, mode 0600. */
export function openCopyLedger(state: string): CopyLedger {
  const top = join(state, 'copies');
  const fileOf = (destination: string, id: RepositoryId): string => join(top, destination, `${id}.json`);
  const archivesOf = (destination: string, id: Generation): string => join(top, destination, `archives-${id}.json`);
  const save = async (destination: string, file: string, record: object): Promise<void> => {
    ensurePrivateFolder(top);
    ensurePrivateFolder(join(top, destination));
    await replaceFile(file, JSON.stringify(record), 0o600);
  };
  return {
    async load(destination, repositoryId) {
      const content = readPrivateFile(fileOf(destination, repositoryId));
      return content === undefined ? undefined : parse(content.toString('utf8'));
    },
    save: (destination, repositoryId, record) => save(destination, fileOf(destination, repositoryId), record),
    async loadArchives(destination, generation) {
      const content = readPrivateFile(archivesOf(destination, generation));
      return content === undefined ? undefined : parseArchives(content.toString('utf8'));
    },
    saveArchives: (destination, generation, record) => save(destination, archivesOf(destination, generation), record),
  };
}

/** @returns undefined for what is damaged: then it is as if it was lost. */
function parse(text: string): CopyRecord | undefined {
  try {
    const { snapshots, copiedAt, newestAt, lockedUntil, lost } = JSON.parse(text) as { [name: string]: unknown };
    if (!Array.isArray(snapshots) || typeof copiedAt !== 'string') return undefined;
    return {
      snapshots: snapshots.map((id) => parseSnapshotId(String(id))),
      copiedAt: new Date(copiedAt),
      newestAt: parseTime(newestAt),
      lockedUntil: parseTime(lockedUntil),
      lost: typeof lost === 'number' ? lost : undefined,
    };
  } catch {
    return undefined;
  }
}

function parseArchives(text: string): ArchiveRecord | undefined {
  try {
    const { archives, archivedAt, lockedUntil, lost } = JSON.parse(text) as { [name: string]: unknown };
    if (!Array.isArray(archives) || typeof archivedAt !== 'string') return undefined;
    const count = typeof lost === 'number' ? lost : undefined;
    const dates = { archivedAt: new Date(archivedAt), lockedUntil: parseTime(lockedUntil) };
    return { archives: archives.map(String), ...dates, lost: count };
  } catch {
    return undefined;
  }
}

function parseTime(value: unknown): Date | undefined {
  return typeof value === 'string' ? new Date(value) : undefined;
}
