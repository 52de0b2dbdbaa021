/** Performs requests in this process, as root under the instance lock. Wiring only. */
import type { MadeKeys } from './actions/initialise.ts';
import { performRequest } from './actions/perform-request.ts';
import { recordRequest } from './actions/record-audit.ts';
import type { Performing } from './actions/services.ts';
import type { Configuration } from './domain/configuration.ts';
import { isFailure } from './domain/failure.ts';
import { authorise } from './domain/permission.ts';
import { openServices, type OpenServices } from './main-services.ts';
import { systemClock } from './platform/clock.ts';
import { loadConfiguration } from './platform/configuration.ts';
import { lockInstance } from './platform/instance-lock.ts';
import { readRecoveryRecipients } from './platform/recovery-recipients.ts';
import { createStateFolder } from './platform/state-folder.ts';
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
  return new LocalPerformer(options);
}

class LocalPerformer implements OpenPerformer {
  readonly #options: PerformerOptions;
  #open: OpenServices | undefined;

  constructor(options: PerformerOptions) {
    this.#options = options;
  }

  async perform<Kind extends Request['kind']>(
    request: Extract<Request, { kind: Kind }>,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<Answer<Kind>> {
    if (request.kind === 'doctor') {
      await this.close();
      return (await runDoctor(this.#options)) as Answer<Kind>;
    }
    if (request.kind === 'init') {
      await this.close();
      return (await runInit(this.#options, { onProgress, signal })) as Answer<Kind>;
    }
    if (request.kind === 'keys-check-recovery') await this.#openBeside();
    authorise({ kind: 'root' }, request);
    const backsUp = request.kind === 'nightly' || request.kind === 'backup';
    const { services } = await this.#ensureOpen(backsUp ? Infinity : 0);
    await recordRequest(services, { kind: 'root' }, request);
    return performRequest({ services, onProgress, signal }, request);
  }

  async download(
    request: Extract<Request, { kind: 'download' }>,
    sink: (bytes: Uint8Array) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Answer<'download'>> {
    const { services } = await this.#ensureOpen(0);
    await recordRequest(services, { kind: 'root' }, request);
    const { downloadPaths } = await import('./actions/download-paths.ts');
    return downloadPaths({ services, signal, onProgress: () => {} }, request, sink);
  }

  async close(): Promise<void> {
    await this.#open?.close();
    this.#open = undefined;
  }

  /** Where a worker holds the lock, as one of its children does: nothing is done but looking, and writing down what was seen. */
  async #openBeside(): Promise<void> {
    const { environment, programVersion } = this.#options;
    const configuration = loadConfiguration(environment);
    try {
      await this.#ensureOpen(0);
    } catch (error) {
      if (!isFailure(error, 'instance-running')) throw error;
      this.#open = await openServices({ ...here(programVersion), configuration, isChild: true, threads: 0 });
    }
  }

  async #ensureOpen(threads: number): Promise<OpenServices> {
    const { environment, programVersion } = this.#options;
    const configuration = loadConfiguration(environment);
    return (this.#open ??= await openServices({ ...here(programVersion), configuration, threads }));
  }
}

function here(programVersion: string) {
  return { programVersion, isChild: false, hasWorker: false };
}

async function runDoctor(options: PerformerOptions): Promise<Answer<'doctor'>> {
  const { examine } = await import('./main-doctor.ts');
  return examine(options.environment);
}

async function runInit(options: PerformerOptions, given: Omit<Performing, 'services'>): Promise<Answer<'init'>> {
  const configuration = loadConfiguration(options.environment);
  createStateFolder(configuration.state);
  const keys = await makeKeys(configuration);
  const open = await openServices({ ...here(options.programVersion), configuration, threads: 0 });
  try {
    const [{ initialise }, { makeDumpLogins }] = await Promise.all([
      import('./actions/initialise.ts'),
      import('./main-dump-logins.ts'),
    ]);
    await makeDumpLogins(open.services.configuration);
    return await initialise({ ...given, services: open.services }, keys);
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
