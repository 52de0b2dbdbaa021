/** Brings paths of an archive into the account's repository, so that they can be planned, restored and taken back as any others. */
import { countArchive, restoreArchive } from '../archives/restore-archive.ts';
import type { ArchiveWalk } from '../archives/walk-archive.ts';
import type { Sandbox } from '../contracts/sandbox.ts';
import type { Account } from '../domain/account.ts';
import { Failure } from '../domain/failure.ts';
import type { PathBytes } from '../protocol/requests.ts';
import { ensureRepository, masterKeyBytes } from './account-repository.ts';
import { openArchivePoint } from './archive-points.ts';
import { parseHomePath } from './home-path.ts';
import { ownKeyOf } from './own-key.ts';
import { makeTags } from './point-tags.ts';
import { writeIntoSandbox } from './restore-into-sandbox.ts';
import type { Performing, Services } from './services.ts';

/**
 * The paths are unpacked where only root reaches them, and backed up from there as of the archive's moment: what the
 * repository has already costs no space. The restore point goes with the undo of what it is made for.
 * @returns its id. @throws {Failure} `passphrase-needed` where the account has one of its own; `not-found`, `no-space` before anything is written; `archive-damaged` when not all of it came.
 */
export async function importArchive(
  performing: Performing,
  account: Account,
  wanted: { readonly point: string; readonly paths: readonly PathBytes[] },
): Promise<string> {
  const { services, signal } = performing;
  if ((await ownKeyOf(services, account)) !== undefined)
    throw new Failure('passphrase-needed', { account: account.name, archive: wanted.point });
  const paths = wanted.paths.length === 0 ? [''] : wanted.paths;
  const selection = paths.map((path) => parseHomePath(path, account.home));
  const { archive, point } = await openArchivePoint(services, account, wanted.point);
  const sandbox = await services.sandboxes.open();
  try {
    await unpack(performing, account, sandbox, { archive, selection, signal });
    return await backUp(performing, account, sandbox, { name: point.id, time: new Date(point.time) });
  } finally {
    await sandbox.remove();
  }
}

async function unpack(performing: Performing, account: Account, sandbox: Sandbox, walk: ArchiveWalk): Promise<void> {
  const { bytes: bytesTotal } = await countArchive(walk);
  const { problems } = await writeIntoSandbox(performing, { account, sandbox, bytesTotal }, (writing) =>
    restoreArchive({ ...walk, ...writing }),
  );
  if (!problems.some(({ lost }) => lost)) return;
  throw new Failure('archive-damaged', {
    archive: walk.archive.facts.name,
    problem: 'not all of it could be unpacked',
  });
}

/** With a stat cache of its own: that of the home knows the home. */
async function backUp(
  { services, signal }: Performing,
  account: Account,
  sandbox: Sandbox,
  { name, time }: { readonly name: string; readonly time: Date },
): Promise<string> {
  const repository = await ensureRepository(services, account);
  const { snapshotId } = await services.archivers.run(
    {
      place: repository.place,
      masterKey: masterKeyBytes(repository),
      home: sandbox.files,
      ownerUid: sandbox.uid,
      trustedUids: [],
      paths: [],
      tags: tagsOf(services, account, name),
      time,
      cacheFolder: `${services.configuration.state}/cache/import`,
    },
    () => {},
    signal,
  );
  return snapshotId;
}

/** Only its own id names it, and no copy is made of it. */
function tagsOf({ serverId: server }: Services, { generation }: Account, name: string): string[] {
  return makeTags({ kind: 'before-restore', label: `archive ${name}`, server, generation });
}
