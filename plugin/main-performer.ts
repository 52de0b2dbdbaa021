/** Performs requests in this process, as root under the instance lock. Wiring only. */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { MadeKeys } from './actions/initialise.ts';
import { performRequest } from './actions/perform-request.ts';
import type { Services, WriterTarget } from './actions/services.ts';
import type { ArchivePool } from './contracts/archive-pool.ts';
import type { TreeWriter } from './contracts/tree-writer.ts';
import type { Account } from './domain/account.ts';
import type { Configuration } from './domain/configuration.ts';
import { Failure, isFailure } from './domain/failure.ts';
import { openLocalStore } from './destinations/local.ts';
import { ringBytes } from './engine/blob-ring.ts';
import { Workspace } from './engine/workspace.ts';
import { openPanel } from './panels/open-panel.ts';
import { openArchiveThreads } from './platform/archive-threads.ts';
import { systemClock } from './platform/clock.ts';
import { loadConfiguration } from './platform/configuration.ts';
import { areHardLinksProtected } from './platform/hard-link-protection.ts';
import { lockInstance } from './platform/instance-lock.ts';
import { openKeyStore } from './platform/key-store.ts';
import { thisLocker } from './platform/locker.ts';
import { openSystem } from './platform/open-native.ts';
import { readRecoveryRecipients } from './platform/recovery-recipients.ts';
import { loadServerId } from './platform/server-id.ts';
import { checkStateFolder, createStateFolder } from './platform/state-folder.ts';
import type { Answer, Performer, Progress, Request } from './protocol/requests.ts';

/** An open performer holds the instance lock until it is closed. */
export interface OpenPerformer extends Performer {
  close(): Promise<void>;
}

export interface PerformerOptions {
  readonly environment: { readonly [name: string]: string | undefined };
  readonly programVersion: string;
}

/**
 * Opens nothing yet: each request opens what it needs, so that `doctor` works where other requests cannot.
 */
export function openPerformer(options: PerformerOptions): OpenPerformer {
  let open: { readonly services: Services; close(): Promise<void> } | undefined;
  const close = async (): Promise<void> => {
    await open?.close();
    open = undefined;
  };
  return {
    close,
    async perform<Kind extends Request['kind']>(
      request: Extract<Request, { kind: Kind }>,
      onProgress: (progress: Progress) => void,
      signal: AbortSignal,
    ): Promise<Answer<Kind>> {
      if (request.kind === 'doctor') {
        await close();
        return (await runDoctor(options)) as Answer<Kind>;
      }
      if (request.kind === 'init') {
        await close();
        return (await runInit(options, onProgress)) as Answer<Kind>;
      }
      const backsUp = request.kind === 'nightly' || request.kind === 'backup';
      open ??= await openServices(options, loadConfiguration(options.environment), backsUp ? Infinity : 0);
      return performRequest({ services: open.services, onProgress, signal }, request);
    },
  };
}

async function runDoctor(options: PerformerOptions): Promise<Answer<'doctor'>> {
  const { examine } = await import('./main-doctor.ts');
  return examine(options.environment);
}

async function runInit(options: PerformerOptions, onProgress: (progress: Progress) => void): Promise<Answer<'init'>> {
  const configuration = loadConfiguration(options.environment);
  createStateFolder(configuration.state);
  const keys = await makeKeys(configuration);
  const open = await openServices(options, configuration, 0);
  try {
    const { initialise } = await import('./actions/initialise.ts');
    return await initialise(open.services, keys, onProgress);
  } finally {
    await open.close();
  }
}

/** Keys that exist stay: init may be run again. */
async function makeKeys({ state }: Configuration): Promise<MadeKeys> {
  const lock = lockInstance(state, systemClock.now());
  try {
    const { createKeys } = await import('./platform/create-keys.ts');
    return await createKeys(state);
  } catch (error) {
    if (!isFailure(error, 'already-initialised')) throw error;
    return { recipients: readRecoveryRecipients(state), identityFiles: [] };
  } finally {
    lock.release();
  }
}

/** @param threads how many threads to start at once. */
async function openServices(
  options: PerformerOptions,
  configuration: Configuration,
  threads: number,
): Promise<{ services: Services; close(): Promise<void> }> {
  const { state, panel, metadata, limits } = configuration;
  checkStateFolder(state);
  const lock = lockInstance(state, systemClock.now());
  try {
    const keys = openKeyStore(state);
    const serverId = await loadServerId(state);
    const archivers = openArchivers(limits.parallel, options.programVersion);
    archivers.prepare(threads);
    const { openRecords } = await import('./database/open-records.ts'); // loads while the threads start
    const records = await openRecords({ metadata, server: serverId });
    const services: Services = {
      configuration,
      serverId,
      clock: systemClock,
      panel: openPanel(panel),
      records,
      keys,
      locker: thisLocker(),
      workspace: new Workspace((await openSystem()).codec),
      archivers,
      randomSecret: () => randomBytes(32),
      openStore: openLocalStore,
      openWriter,
    };
    return { services, close: () => closeAll([archivers.close(), records.close()], lock) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Where tenants may link to files of others, no root process may write for them (docs/decisions). */
async function openWriter(account: Account, folder: WriterTarget): Promise<TreeWriter> {
  if (process.getuid?.() === 0 && !areHardLinksProtected()) {
    const problem = 'the kernel does not protect hard links';
    throw new Failure('restore-refused', { problem, mend: 'sysctl -w fs.protected_hardlinks=1' });
  }
  const [{ openWriting }, { openAccountWriter }] = await Promise.all([
    import('./platform/open-writing.ts'),
    import('./sources/files/account-writer.ts'),
  ]);
  const program = fileURLToPath(new URL('./main-writer.ts', import.meta.url));
  return openAccountWriter(account, folder, { system: await openWriting(), program });
}

function openArchivers(size: number, programVersion: string): ArchivePool {
  return openArchiveThreads({
    script: new URL('./main-archive-thread.ts', import.meta.url),
    size,
    ringBytes,
    programVersion,
  });
}

async function closeAll(closing: readonly Promise<void>[], lock: { release(): void }): Promise<void> {
  await Promise.allSettled(closing);
  lock.release();
}
