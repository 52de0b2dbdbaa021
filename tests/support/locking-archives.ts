import { appendFileSync, writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import type { Performing } from '../../plugin/actions/services.ts';
import type { ArchiveStore, ArchiveUpload } from '../../plugin/contracts/archive-store.ts';
import { giveAway, makeInstallation } from './installation.ts';
import { openInstallation } from './open-installation.ts';
import { temporaryFolder } from './temporary-folder.ts';

const day = 86_400_000;
const lockDays = 10;

/** As a place that locks each object for some days from when it is written, by a clock that a test moves. */
function lockingArchives(store: ArchiveStore, now: () => Date, locks: Map<string, Date>): ArchiveStore {
  return {
    location: store.location,
    async create(key): Promise<ArchiveUpload> {
      const upload = await store.create(key);
      return {
        write: (bytes) => upload.write(bytes),
        abort: () => upload.abort(),
        async finish() {
          await upload.finish();
          locks.set(key, new Date(now().getTime() + lockDays * day));
        },
      };
    },
    readRange: (key, offset, length) => store.readRange(key, offset, length),
    list: (prefix) => store.list(prefix),
    lockedUntil: (key) => Promise.resolve(locks.get(key)),
    lock: (key, until) => Promise.resolve(void locks.set(key, until)),
    remove: (key) => store.remove(key),
  };
}

export interface LockingSite {
  readonly performing: Performing;
  /** Until when what is. */
  readonly locks: Map<string, Date>;
  /** Moves the clock to so long after the beginning. */
  readonly moveTo: (milliseconds: number) => void;
  /** What the archives' place does instead, from now on. */
  readonly change: (changes: Partial<ArchiveStore>) => void;
}

/** An installation with one account, `u1`, whose home holds `file`, and with a place for archives that locks what it is given. */
export async function openLockingSite(
  t: TestContext,
  file: { readonly name: string; readonly content: string | Buffer },
): Promise<LockingSite> {
  const site = makeInstallation(temporaryFolder(t), 1);
  const [home = ''] = site.homes;
  appendFileSync(
    `${site.folder}/larder.toml`,
    `[[destinations]]\nname = "berlin"\nrole = "archives"\nkind = "local"\npath = "${site.folder}/archives"\n`,
  );
  writeFileSync(`${home}/${file.name}`, file.content);
  giveAway(home, 20_001);
  site.succeed('init', '--no-input', '--yes');
  const performing = await openInstallation(t, site);
  const { archives, clock } = performing.services;
  const locks = new Map<string, Date>();
  let passed = 0;
  let changes: Partial<ArchiveStore> = {};
  const now = (): Date => new Date(clock.now().getTime() + passed);
  const openStore = async () => ({ ...lockingArchives(await archives.openStore(), now, locks), ...changes });
  const services = {
    ...performing.services,
    archives: { ...archives, openStore },
    clock: { now, elapsedMilliseconds: () => clock.elapsedMilliseconds() },
  };
  return {
    performing: { ...performing, services },
    locks,
    moveTo: (milliseconds) => void (passed = milliseconds),
    change: (other) => void (changes = other),
  };
}
