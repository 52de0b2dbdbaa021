import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openArchiverZip } from '../../plugin/archives/archiver-zip.ts';
import type { ZipSink } from '../../plugin/contracts/zip-writer.ts';
import type { TreeNode } from '../../plugin/domain/tree-node.ts';
import { BlobReader } from '../../plugin/engine/blob-reader.ts';
import { findHome } from '../../plugin/engine/home-tree.ts';
import { RepositoryIndex } from '../../plugin/engine/repository-index.ts';
import { restoreReadAheadBytes } from '../../plugin/engine/restorer.ts';
import { listSnapshots } from '../../plugin/engine/snapshot.ts';
import type { ZipReport } from '../../plugin/engine/zip-entries.ts';
import { zipSelection } from '../../plugin/engine/zip-selection.ts';
import type { BackupSite } from './backup-site.ts';
import { gather } from './zip-files.ts';

export interface ZipWish {
  readonly selection?: readonly (readonly string[])[];
  /** Default: of the newest snapshot. */
  readonly home?: TreeNode;
}

/** Zips what the site keeps to a sink. */
export async function zipTo(site: BackupSite, sink: ZipSink, wish: ZipWish = {}): Promise<ZipReport> {
  const repository = await site.open();
  const reader = new BlobReader(repository, await RepositoryIndex.load(repository), restoreReadAheadBytes);
  const zip = openArchiverZip(sink);
  try {
    const newest = (await listSnapshots(repository)).snapshots.at(-1);
    const home = wish.home ?? (newest === undefined ? undefined : await findHome(reader, newest));
    if (home === undefined) throw new Error('there is no snapshot');
    const selection = (wish.selection ?? [[]]).map((path) => path.map((part) => Buffer.from(part)));
    const report = await zipSelection({ reader, home, selection, zip, signal: new AbortController().signal });
    await zip.finish();
    return report;
  } finally {
    await zip.close();
    reader.close();
  }
}

/** @returns the file, and what was told, as `reason path`. */
export async function zipToFile(site: BackupSite, wish: ZipWish = {}): Promise<{ file: string; problems: string[] }> {
  const { sink, bytes } = gather();
  const report = await zipTo(site, sink, wish);
  const file = join(site.folder, 'made.zip');
  writeFileSync(file, bytes());
  return { file, problems: problemsOf(report) };
}

/** As `reason path`, in the order of the snapshot. */
export function problemsOf({ problems }: Pick<ZipReport<string>, 'problems'>): string[] {
  return problems.map(
    ({ reason, path }) =>
      `${reason} ${Buffer.concat(path.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('/'), part]))).toString()}`,
  );
}
