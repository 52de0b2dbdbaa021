import type { TreeWriter, WriteReport } from '../contracts/tree-writer.ts';
import type { ZipWriter } from '../contracts/zip-writer.ts';
import type { Account } from '../domain/account.ts';
import { Failure } from '../domain/failure.ts';
import { localCopiesFolder, localCopyName } from '../domain/local-copy-name.ts';
import { Digest } from '../engine/local-copies.ts';
import type { Selection } from '../engine/selection-walk.ts';
import { zipHome, type HomeZipReport } from '../engine/zip-home.ts';
import type { Answer, Request } from '../protocol/requests.ts';
import type { LocalCopyProblem } from '../protocol/zip-problems.ts';
import { dropLocalCopies } from './drop-local-copies.ts';
import { findAccount } from './find-account.ts';
import { joinPath, parseHomePath } from './home-path.ts';
import { localCopyPath, openLocalCopies, refuseUnkeepable } from './local-copies.ts';
import type { Performing } from './services.ts';

type LocalCopyRequest = Extract<Request, { kind: 'local-copy' }>;

/**
 * Makes a zip of paths of the live home in a folder of that home, as the account: it counts against its quota. Once it
 * is whole and was read back, the oldest beyond `keep` are removed; files that Larder did not name so stay.
 * @throws {Failure} `unknown-account`, `not-found`, `path-outside-home`, `invalid-input`, `quota-exceeded`, `no-space`,
 * `home-unsafe`, `home-unreadable`, `writer-stopped`, `cancelled`. Nothing of the new copy stays then, and all older do.
 */
export async function makeLocalCopy(performing: Performing, request: LocalCopyRequest): Promise<Answer<'local-copy'>> {
  const { services } = performing;
  const account = await findAccount(services, request.account);
  const selection = request.paths.map((path) => parseHomePath(path, account.home));
  refuseUnkeepable(request);
  const copies = openLocalCopies(services, account);
  const taken = new Set(copies.list(account.home).map((copy) => copy.name));
  const name = localCopyName(services.clock.now(), taken);
  const made = await writeCopy(performing, { account, selection, name });
  if (copies.digest(account.home, name) !== made.digest) throw changedMeanwhile(account, name);
  const removed = await dropLocalCopies(services, account, copies, { newest: name, keep: request.keep });
  const { files, bytes, problemCount } = made;
  const problems = made.problems.map(({ path, reason }): LocalCopyProblem => {
    return { path: joinPath(path).toString('base64'), reason };
  });
  const answer = { account: account.name, file: localCopyPath(name), files, bytes, problems, problemCount };
  return { ...answer, removed: removed.map(localCopyPath) };
}

interface NewCopy {
  readonly account: Account;
  readonly selection: Selection;
  readonly name: string;
}

interface MadeCopy extends HomeZipReport {
  readonly bytes: number;
  readonly digest: string;
}

async function writeCopy(performing: Performing, copy: NewCopy): Promise<MadeCopy> {
  const writer = await performing.services.openWriter(copy.account, { kind: 'home' });
  try {
    return await writeZip(performing, copy, writer);
  } catch (cause) {
    if (performing.signal.aborted) throw new Failure('cancelled', { action: 'local copy' }, { cause });
    throw cause;
  } finally {
    await writer.close();
  }
}

async function writeZip(performing: Performing, copy: NewCopy, writer: TreeWriter): Promise<MadeCopy> {
  const digest = new Digest();
  const zip = await performing.services.openZip(async (bytes) => {
    digest.add(bytes);
    await writer.data(bytes);
  });
  try {
    await beginCopy(performing, copy, writer);
    const report = await fillZip(performing, copy, zip);
    const bytes = await zip.finish();
    await writer.endFile();
    await writer.leave(attributesOf(performing, copy.account, 0o700));
    refuseLost(await writer.finish(undefined), copy);
    return { ...report, bytes, digest: digest.result() };
  } finally {
    await zip.close();
  }
}

/**
 * In a folder that it made itself a writer gives a file its name at once: coming back, it finds the folder there and
 * gives the name to a whole file only.
 */
async function beginCopy(performing: Performing, { account, name }: NewCopy, writer: TreeWriter): Promise<void> {
  const folder = Buffer.from(localCopiesFolder);
  await writer.enter(folder, true);
  await writer.leave(attributesOf(performing, account, 0o700));
  await writer.enter(folder, true);
  await writer.beginFile(Buffer.from(name), attributesOf(performing, account, 0o600));
}

function attributesOf({ services }: Performing, { uid, gid }: Account, mode: number) {
  const modified = { seconds: Math.floor(services.clock.now().getTime() / 1000), nanoseconds: 0 };
  return { mode, modified, uid, gid, attributes: [] };
}

function fillZip(
  { services, signal, onProgress }: Performing,
  { account, selection }: NewCopy,
  zip: ZipWriter,
): Promise<HomeZipReport> {
  const total = { itemsTotal: undefined, bytesTotal: undefined };
  return zipHome({
    files: services.files,
    codec: services.workspace.codec,
    account,
    selection,
    excluded: Buffer.from(localCopiesFolder),
    zip,
    signal,
    onProgress: (items, bytes) =>
      onProgress({ kind: 'advance', step: 'copy', account: account.name, items, bytes, ...total }),
  });
}

function refuseLost({ problems, problemCount }: WriteReport, { account, name }: NewCopy): void {
  const lost = problems.find((problem) => problem.lost);
  if (lost === undefined && problemCount === problems.length) return;
  const path = `${account.home}/${localCopiesFolder}/${name}`;
  const reason = lost?.reason ?? 'not written';
  if (reason === 'quota') throw new Failure('quota-exceeded', { path });
  if (reason === 'no-space') throw new Failure('no-space', { path });
  if (reason !== 'in-the-way')
    throw new Failure('writer-stopped', { account: account.name, problem: `${path}: ${reason}` });
  throw new Failure('home-unsafe', { account: account.name, problem: `"${localCopiesFolder}" is not a folder` });
}

/** Older copies stay: they may be all that there is. */
function changedMeanwhile({ name: account }: Account, name: string): Failure {
  const file = `${localCopiesFolder}/${name}`;
  return new Failure('home-unsafe', { account, problem: `"${file}" does not hold what was written` });
}
