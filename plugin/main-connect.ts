/** Finds the worker that serves this user. Wiring only, and light: every command of a tenant goes through here. */
import { isFailure } from './domain/failure.ts';
import { connectSocket } from './platform/connect-socket.ts';
import type { Environment } from './platform/environment.ts';
import { connectPerformer, type ConnectedPerformer } from './protocol/client.ts';

const usualRun = '/run/larder';

/**
 * Tries the folders of sockets in turn: the one that `LARDER_RUN` names and no other, else what the configuration says
 * that `LARDER_CONFIG` names, else the usual one, else what the usual configuration says. A tenant cannot read that,
 * and needs not.
 * @returns undefined when nobody answers. @throws {Failure} `protocol-broken`, `busy`.
 */
export async function findWorker(environment: Environment, uid: number): Promise<ConnectedPerformer | undefined> {
  const named = environment['LARDER_RUN'] ?? '';
  if (named !== '') return connectWorker(named, uid);
  const hasOwnSettings = (environment['LARDER_CONFIG'] ?? '') !== '';
  const usual = hasOwnSettings ? undefined : await connectWorker(usualRun, uid);
  return usual ?? connectConfigured(environment, uid);
}

/**
 * Tries the sockets that this user may have: root's, then the user's own.
 * @returns undefined when nobody answers there. @throws {Failure} `protocol-broken`, `busy`.
 */
export async function connectWorker(run: string, uid: number): Promise<ConnectedPerformer | undefined> {
  return (await tryPath(`${run}/root.sock`)) ?? (await tryPath(`${run}/uids/${uid}.sock`));
}

/** A configuration that cannot be read leads nowhere; who performs without a worker says what is wrong with it. */
async function connectConfigured(environment: Environment, uid: number): Promise<ConnectedPerformer | undefined> {
  const { loadConfiguration } = await import('./platform/configuration.ts');
  try {
    return await connectWorker(loadConfiguration(environment).run, uid);
  } catch (error) {
    if (configurationFailures.some((code) => isFailure(error, code))) return undefined;
    throw error;
  }
}

const configurationFailures = ['configuration-missing', 'configuration-invalid', 'state-unsafe'] as const;

async function tryPath(path: string): Promise<ConnectedPerformer | undefined> {
  try {
    return await connectPerformer(() => connectSocket(path));
  } catch (error) {
    if (isFailure(error, 'worker-unreachable')) return undefined;
    throw error;
  }
}
