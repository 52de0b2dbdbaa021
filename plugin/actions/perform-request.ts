import type { Answers, Request } from '../protocol/requests.ts';
import type { Performing } from './services.ts';

type PerformedKind = Exclude<Request['kind'], 'init' | 'doctor'>;

type Handler<Kind extends Request['kind']> = (
  performing: Performing,
  request: Extract<Request, { kind: Kind }>,
) => Promise<Answers[Kind]>;

/**
 * Every request and what performs it; `init` and `doctor` come before services can be opened. Each loads only what it
 * needs: a command is often short, and loading everything takes longer than most do.
 */
export const handlers: { readonly [Kind in PerformedKind]: Handler<Kind> } = {
  async accounts({ services }) {
    const { listAccounts } = await import('./list-accounts.ts');
    return listAccounts(services);
  },
  async nightly({ services, onProgress, signal }) {
    const { nightly } = await import('./nightly.ts');
    return nightly(services, onProgress, signal);
  },
  async backup({ services, onProgress, signal }, request) {
    const { backUpOnRequest } = await import('./back-up-on-request.ts');
    return backUpOnRequest(services, request, onProgress, signal);
  },
  async list({ services }, { account }) {
    const { listPoints } = await import('./browse.ts');
    return listPoints(services, account);
  },
  async browse({ services }, request) {
    const { browse } = await import('./browse.ts');
    return browse(services, request);
  },
  async restore(performing, request) {
    const { restorePaths } = await import('./restore-paths.ts');
    return restorePaths(performing, request);
  },
  async check(performing, request) {
    const { checkRepositories } = await import('./check-repositories.ts');
    return checkRepositories(performing, request);
  },
  async forget({ services }, request) {
    const { forgetPoints } = await import('./forget-points.ts');
    return forgetPoints(services, request);
  },
  async prune(performing, request) {
    const { pruneRepositories } = await import('./prune-repositories.ts');
    return pruneRepositories(performing, request);
  },
  async 'keys-restic-env'({ services }, { account }) {
    const { resticEnvironment } = await import('./restic-env.ts');
    return resticEnvironment(services, account);
  },
};

/** Performs one request. @throws {Failure} what the action throws. */
export async function performRequest<Kind extends Request['kind']>(
  performing: Performing,
  request: Extract<Request, { kind: Kind }>,
): Promise<Answers[Kind]> {
  const handler = (handlers as unknown as { [Name in Kind]: Handler<Name> })[request.kind as Kind];
  return handler(performing, request);
}
