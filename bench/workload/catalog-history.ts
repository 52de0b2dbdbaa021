import type { Catalog, CatalogContent, CatalogEntry } from '../../plugin/contracts/catalog.ts';
import { parseRepositoryId, parseSnapshotId } from '../../plugin/domain/ids.ts';
import { createRandom, seedOf } from './random.ts';
import { vocabulary } from './vocabulary.ts';

export interface HistorySpec {
  readonly files: number;
  readonly points: number;
  /** Of all files, each day. */
  readonly changedShare: number;
  readonly addedShare: number;
}

const filesPerFolder = 40;
const endings = ['php', 'js', 'css', 'jpg', 'png', 'webp', 'html', 'pdf', 'txt', 'eml'];
const firstDay = Date.UTC(2026, 0, 1);
const lane = '["/files"]';

/** A catalog of an account in which files are changed and added every day. Names are nearly all distinct: the worst case. */
export async function writeHistory(catalog: Catalog, spec: HistorySpec): Promise<void> {
  const random = createRandom(seedOf('catalog'));
  const names: string[] = [];
  const word = (): string => vocabulary[random.below(vocabulary.length)] ?? '';
  const add = (): number =>
    names.push(`${word()}-${word()}-${String(names.length)}.${endings[random.below(endings.length)] ?? ''}`) - 1;
  for (let day = 0; day < spec.points; day += 1) {
    const changed = new Set<number>();
    const share = day === 0 ? 1 : spec.addedShare;
    for (let count = spec.files * share; count > 0; count -= 1) changed.add(add());
    if (day > 0)
      for (let count = spec.files * spec.changedShare; count > 0; count -= 1) changed.add(random.below(names.length));
    await catalog.write(async (changes) => {
      changes.describe(parseRepositoryId('d'.repeat(64)));
      const id = parseSnapshotId(String(day).padStart(64, '0'));
      changes.add({ id, time: new Date(firstDay + day * 86_400_000), tree: id, lane });
      writeDay(
        changes.content,
        names,
        [...changed].toSorted((left, right) => left - right),
        day,
      );
    });
  }
}

function writeDay(content: CatalogContent, names: readonly string[], changed: readonly number[], day: number): void {
  let open = -1;
  for (const index of changed) {
    const folder = Math.floor(index / filesPerFolder);
    if (folder !== open) {
      if (open >= 0) content.leave();
      enterFolder(content, folder, day);
      open = folder;
    }
    content.put(Buffer.from(names[index] ?? ''), entryOf('file', index, day));
  }
  if (open >= 0) content.leave();
  content.finish();
}

function enterFolder(content: CatalogContent, folder: number, day: number): void {
  const name = Buffer.from(`folder${String(folder)}`);
  content.put(name, entryOf('dir', folder, day));
  content.enter(name);
}

function entryOf(type: 'file' | 'dir', index: number, day: number): CatalogEntry {
  const content = Buffer.alloc(type === 'dir' ? 0 : 16);
  if (type === 'file') content.writeUInt32LE(index * 131 + day);
  return {
    type,
    sizeBytes: type === 'dir' ? 0 : 1000 + index,
    modified: { seconds: firstDay / 1000 + day, nanoseconds: 0 },
    mode: 0o644,
    content,
  };
}
