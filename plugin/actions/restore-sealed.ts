import { countArchive } from '../archives/restore-archive.ts';
import { requireSelection, type ArchiveWalk } from '../archives/walk-archive.ts';
import { errorNumbers } from '../contracts/file-system.ts';
import type { WriteReport } from '../contracts/tree-writer.ts';
import type { Account } from '../domain/account.ts';
import { Failure } from '../domain/failure.ts';
import { showPath } from '../domain/show-name.ts';
import type { PassphraseRequest } from '../protocol/passphrase.ts';
import type { RestoreReport } from '../protocol/requests.ts';
import { openArchivePoint } from './archive-points.ts';
import { findAccount } from './find-account.ts';
import { joinPath, parseHomePath } from './home-path.ts';
import type { Performing } from './services.ts';
import { writeArchive } from './write-archive.ts';

type SealedRestore = Extract<PassphraseRequest, { kind: 'restore-sealed' }>;

/**
 * Brings paths of an archive into a folder of the home that is not there yet, so that nothing is replaced: there is no safety
 * copy, for this server could read that. With `dryRun` only counts. The passphrase is used by this process, and kept nowhere.
 * @throws {Failure} `no-archives`, `unknown-restore-point`, `not-found`, `path-outside-home`, `passphrase-wrong`,
 * `passphrase-locked`, `restore-refused` when the folder is there, `busy`, `archive-damaged`, `no-space`.
 */
export async function restoreSealed(performing: Performing, request: SealedRestore): Promise<RestoreReport> {
  const { services, signal } = performing;
  const begun = services.clock.elapsedMilliseconds();
  const account = await findAccount(services, request.account);
  const selection = request.paths.map((path) => parseHomePath(path, account.home));
  const target = request.to === undefined ? undefined : parseHomePath(request.to, account.home);
  const { archive, point } = await openArchivePoint(services, account, request.point, request.passphrase);
  const folder = target ?? [Buffer.from(`restored-${archive.facts.name.slice(0, 'yyyy-mm-ddThhmmss'.length)}`)];
  const walk = { archive, selection, signal };
  refuseThere(performing, account, folder);
  const written = request.dryRun
    ? { ...(await countArchive(walk)), problems: [], problemCount: 0 }
    : await write(performing, account, folder, walk);
  return {
    ...written,
    account: account.name,
    point,
    to: absolute(account, folder),
    dryRun: request.dryRun,
    seconds: (services.clock.elapsedMilliseconds() - begun) / 1000,
    problems: written.problems.map(({ path, reason, lost }) => {
      return { path: joinPath(path).toString('base64'), reason, lost };
    }),
  };
}

function absolute({ home }: Account, folder: readonly Buffer[]): string {
  return `${home}/${joinPath(folder).toString()}`;
}

const nothingThere = -errorNumbers.ENOENT;

/** What is there could be lost, and no copy of it can be kept. */
function refuseThere({ services }: Performing, account: Account, folder: readonly Buffer[]): void {
  const names = joinPath(folder);
  const isText = names.equals(Buffer.from(names.toString()));
  const found = isText ? services.files.openRoot(absolute(account, folder)) : 0;
  if (isText && found === nothingThere) return;
  if (isText && found >= 0) services.files.close(found);
  throw new Failure('restore-refused', {
    problem: `"${showPath(folder)}" is there already, or cannot be made`,
    mend: 'Name a folder that is not there yet.',
  });
}

async function write(
  performing: Performing,
  account: Account,
  folder: readonly Buffer[],
  walk: ArchiveWalk,
): Promise<WriteReport> {
  const { services } = performing;
  await requireSelection(walk);
  const lock = await services.plans.lock(account.generation, account.name);
  try {
    const writer = await services.openWriter(account, { kind: 'folder', path: absolute(account, folder) }, lock);
    return await writeArchive(performing, account, writer, walk);
  } finally {
    lock.release();
  }
}
