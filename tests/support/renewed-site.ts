import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ObjectStore } from '../../plugin/contracts/object-store.ts';
import { openLocalStore } from '../../plugin/destinations/local.ts';
import { folders } from '../../plugin/engine/format.ts';
import { makeKeyFile } from '../../plugin/engine/key-file.ts';
import { newMasterKey } from '../../plugin/engine/master-key.ts';
import { bringBlobs, bringSnapshots, verifyRenewed } from '../../plugin/engine/renew-repository.ts';
import { describeLoss, surveyRenewal } from '../../plugin/engine/renewal-survey.ts';
import { Repository, sha256 } from '../../plugin/engine/repository.ts';
import type { SnapshotId } from '../../plugin/domain/ids.ts';
import type { BackupSite } from './backup-site.ts';
import { exclusively, locker, never } from './maintenance.ts';

const newPassword = 'quite another password';

/** The repository of a site, and a second one with other keys beside it. */
export interface RenewedSite {
  readonly location: string;
  readonly target: Repository;
  open(store: ObjectStore): Promise<Repository>;
  /** Brings everything over and reads it back. @returns new ids by the old ones, and what is lost. */
  renew(target?: Repository): Promise<Renewed>;
  /** Stock restic on the new repository. @param password the new one, unless told. */
  restic(words: readonly string[], password?: string): { readonly status: number | null; readonly output: string };
  /** As `hashesOf`, of the new repository. */
  hashesOf(snapshot: string): string;
}

export interface Renewed {
  readonly points: ReadonlyMap<SnapshotId, SnapshotId>;
  readonly bytes: number;
  readonly lost: Awaited<ReturnType<typeof describeLoss>>;
}

export async function makeRenewedSite(site: BackupSite): Promise<RenewedSite> {
  const location = `${site.location}-renewed`;
  const store = openLocalStore(location);
  const source = await site.open();
  const { workspace } = source;
  const key = newMasterKey();
  const target = await Repository.create(store, workspace, key);
  const maker = { createdAt: new Date(), username: 'root', hostname: 'test' };
  const keyFile = await makeKeyFile(workspace.codec, key, newPassword, maker);
  await store.write(folders.keys + sha256(keyFile), keyFile);
  const variables = (password: string) => {
    const cache = join(site.folder, 'restic-cache-renewed');
    const own = { RESTIC_REPOSITORY: location, RESTIC_PASSWORD: password, RESTIC_CACHE_DIR: cache };
    return { ...site.resticVariables, ...own };
  };
  return {
    location,
    target,
    open: (other) => Repository.open(other, workspace, key),
    renew: (other = target) => renew(source, other),
    restic(words, password = newPassword) {
      const { status, stdout, stderr } = spawnSync('restic', words, { env: variables(password), encoding: 'utf8' });
      return { status, output: stdout + stderr };
    },
    hashesOf(snapshot) {
      const script = 'restic -q dump "$0" / | tar -x --to-command=\'echo "$TAR_FILENAME $(sha256sum)"\' | sort';
      const env = variables(newPassword);
      return execFileSync('bash', ['-o', 'pipefail', '-c', script, snapshot], { env, encoding: 'utf8' });
    },
  };
}

function renew(source: Repository, target: Repository): Promise<Renewed> {
  return exclusively(target, async (lock) => {
    const survey = await surveyRenewal(source, target, { locker, signal: never });
    await bringBlobs(target, lock, survey, { signal: never });
    const lost = await describeLoss(survey, never);
    const points = await bringSnapshots(target, lock, survey);
    await verifyRenewed(target, lock, { lost: survey.lost, locker, signal: never });
    return { points, bytes: survey.bytes, lost };
  });
}
