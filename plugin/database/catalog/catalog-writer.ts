import type { CatalogChanges, CatalogContent, NewCatalogPoint } from '../../contracts/catalog.ts';
import type { RepositoryId, SnapshotId } from '../../domain/ids.ts';
import type { CatalogFile } from './catalog-file.ts';
import { ContentWriter } from './content-writer.ts';
import { PointRemover } from './point-remover.ts';

/** Changes within one transaction. */
export class CatalogWriter implements CatalogChanges {
  readonly #file: CatalogFile;
  #content: ContentWriter | undefined;

  constructor(file: CatalogFile) {
    this.#file = file;
  }

  describe(repository: RepositoryId): void {
    if (this.#file.values('SELECT id FROM repository').get() === repository) return;
    for (const table of ['repository', 'entries', 'paths', 'names', 'points', 'lanes', 'mailboxes']) {
      this.#file.database.exec(`DELETE FROM ${table}`);
    }
    this.#file.change('INSERT INTO repository (id) VALUES (?)').run(repository);
  }

  remove(points: readonly SnapshotId[]): void {
    const remover = new PointRemover(this.#file);
    for (const point of points) remover.remove(point);
    remover.sweep();
  }

  add(point: NewCatalogPoint): void {
    const lane = this.#laneOf(point.lane);
    const last = this.#file.values('SELECT max(number) FROM points WHERE lane = ?').get(lane);
    const number = last === null ? 1 : Number(last) + 1;
    this.#file
      .change('INSERT INTO points (lane, number, id, time, tree) VALUES (?, ?, ?, ?, ?)')
      .run(lane, number, point.id, point.time.getTime(), point.tree);
    this.#content = new ContentWriter(this.#file, { id: point.id, lane, number, isFirst: last === null });
  }

  get content(): CatalogContent {
    if (this.#content === undefined) throw new Error('no restore point was added');
    return this.#content;
  }

  #laneOf(paths: string): number {
    this.#file.change('INSERT INTO lanes (paths) VALUES (?) ON CONFLICT DO NOTHING').run(paths);
    return Number(this.#file.values('SELECT id FROM lanes WHERE paths = ?').get(paths));
  }
}
