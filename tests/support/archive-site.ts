import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { archiveHome } from '../../plugin/archives/archive-home.ts';
import type { ArchiveIndex } from '../../plugin/archives/archive-index.ts';
import { openArchiverZip } from '../../plugin/archives/archiver-zip.ts';
import { CoverageCount } from '../../plugin/archives/coverage-count.ts';
import { makeArchive, indexKey, type MadeArchive } from '../../plugin/archives/make-archive.ts';
import { openIndexOf, readByIndex, type ReadableArchive } from '../../plugin/archives/open-archive.ts';
import { readZipAlone } from '../../plugin/archives/read-zip-alone.ts';
import type { ArchiveStore } from '../../plugin/contracts/archive-store.ts';
import { openLocalArchives } from '../../plugin/destinations/local-archives.ts';
import type { PanelAccount } from '../../plugin/domain/account.ts';
import { parseAccountName } from '../../plugin/domain/ids.ts';
import { isWorthCompressing } from '../../plugin/engine/worth-compressing.ts';
import { zipPathBelow } from '../../plugin/engine/zip-path.ts';
import { openSystem } from '../../plugin/platform/open-native.ts';

const system = await openSystem();

/** A home, a destination for archives, and a key that opens them. */
export interface ArchiveSite {
  readonly folder: string;
  readonly home: string;
  readonly destination: string;
  readonly store: ArchiveStore;
  readonly identity: string;
  /** The identity in a file, as `age -i` wants it. */
  readonly identityFile: string;
  /** @param startedAt when the archive says it was begun: what changed before is known to be old. */
  archive(name: string, full?: ArchiveIndex, startedAt?: Date): Promise<MadeArchive>;
  index(name: string): Promise<ArchiveIndex>;
  open(name: string): Promise<ReadableArchive>;
  openAlone(name: string): Promise<ReadableArchive>;
  /** With stock tools. @returns the folder that holds what was in it. */
  unpack(name: string): string;
}

export async function makeArchiveSite(folder: string, wrap = (store: ArchiveStore) => store): Promise<ArchiveSite> {
  const [home, destination] = [join(folder, 'home'), join(folder, 'destination')];
  mkdirSync(home);
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const identityFile = join(folder, 'identity.txt');
  writeFileSync(identityFile, `${identity}\n`, { mode: 0o600 });
  const store = wrap(openLocalArchives(destination, () => new Date()));
  const address = (name: string) => ({ store, folder: 'maria', name, identities: [identity] });
  const sizes = async () => new Map((await store.list('maria/')).map(({ key, sizeBytes }) => [key, sizeBytes]));
  const index = async (name: string) => openIndexOf(address(name), (await sizes()).get(indexKey('maria', name)) ?? 0);
  return {
    folder,
    home,
    destination,
    store,
    identity,
    identityFile,
    archive: (name, full, startedAt = new Date(Date.now() + 60_000)) =>
      archive(store, { name, home, recipient, full, startedAt }),
    index,
    open: async (name) => readByIndex(address(name), await index(name)),
    async openAlone(name) {
      const zips = [...(await sizes())].filter(([key]) => key.endsWith('.zip.age'));
      const named = zips.map(([key, size]): [string, number] => [key.slice('maria/'.length, -'.zip.age'.length), size]);
      return readZipAlone(address(name), new Map(named));
    },
    unpack: (name) => unpack({ folder, destination, identityFile }, name),
  };
}

interface Order {
  readonly name: string;
  readonly home: string;
  readonly recipient: string;
  readonly full: ArchiveIndex | undefined;
  readonly startedAt: Date;
}

function archive(store: ArchiveStore, { name, home, recipient, full, startedAt }: Order): Promise<MadeArchive> {
  const account: PanelAccount = {
    name: parseAccountName('maria'),
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    home,
    databases: [],
    email: undefined,
    language: undefined,
    trustedUids: [],
  };
  return makeArchive(store, {
    folder: 'maria',
    name,
    recipients: [recipient],
    full,
    openZip: (sink) => Promise.resolve(openArchiverZip(sink)),
    async fill(open) {
      const coverage = new CoverageCount();
      const report = await archiveHome(
        {
          coverage,
          ...system,
          account,
          full,
          zipPath: (path) => zipPathBelow('files/'.length, path),
          isWorthCompressing,
          signal: new AbortController().signal,
          onProgress() {},
        },
        open,
      );
      const kind = full === undefined ? ('full' as const) : ('differential' as const);
      const finishedAt = new Date().toISOString();
      const who = { account: 'maria', generation: '1f00aa22', server: 'here' };
      return {
        ...report,
        coverage: coverage.result(),
        ...who,
        kind,
        full: full?.head.facts.name,
        startedAt: startedAt.toISOString(),
        finishedAt,
      };
    },
  });
}

function unpack(site: Pick<ArchiveSite, 'folder' | 'destination' | 'identityFile'>, name: string): string {
  const zip = join(site.folder, `${name}.zip`);
  const target = join(site.folder, `${name}.unpacked`);
  execFileSync('age', ['-d', '-i', site.identityFile, '-o', zip, join(site.destination, 'maria', `${name}.zip.age`)]);
  mkdirSync(target);
  execFileSync('unzip', ['-q', '-o', zip, '-d', target]);
  return target;
}
