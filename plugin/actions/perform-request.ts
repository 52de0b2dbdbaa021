import type { Answers, Request } from '../protocol/requests.ts';
import { backUpOnRequest } from './back-up-on-request.ts';
import { browse, listPoints } from './browse.ts';
import { listAccounts } from './list-accounts.ts';
import { checkRepositories } from './check-repositories.ts';
import { forgetPoints } from './forget-points.ts';
import { nightly } from './nightly.ts';
import { pruneRepositories } from './prune-repositories.ts';
import { resticEnvironment } from './restic-env.ts';
import { restorePaths } from './restore-paths.ts';
import type { Performing } from './services.ts';

type PerformedKind = Exclude<Request['kind'], 'init' | 'doctor'>;

type Handlers = {
  readonly [Kind in PerformedKind]: (
    performing: Performing,
    request: Extract<Request, { kind: Kind }>,
  ) => Promise<Answers[Kind]>;
};

/** Every request and what performs it; `init` and `doctor` come before services can be opened. */
export const handlers: Handlers = {
  accounts: ({ services }) => listAccounts(services),
  nightly: ({ services, onProgress, signal }) => nightly(services, onProgress, signal),
  backup: ({ services, onProgress, signal }, request) => backUpOnRequest(services, request, onProgress, signal),
  list: ({ services }, { account }) => listPoints(services, account),
  browse: ({ services }, request) => browse(services, request),
  restore: (performing, request) => restorePaths(performing, request),
  check: (performing, request) => checkRepositories(performing, request),
  forget: ({ services }, request) => forgetPoints(services, request),
  prune: (performing, request) => pruneRepositories(performing, request),
  'keys-restic-env': ({ services }, { account }) => resticEnvironment(services, account),
};

/**
 * Performs one request. @throws {Failure} what the action throws.
 */
export async function performRequest<Kind extends Request['kind']>(
  performing: Performing,
  request: Extract<Request, { kind: Kind }>,
): Promise<Answers[Kind]> {
  const handler = (handlers as unknown as { [Name in Kind]: Handler<Name> })[request.kind as Kind];
  return handler(performing, request);
}

type Handler<Kind extends Request['kind']> = (
  performing: Performing,
  request: Extract<Request, { kind: Kind }>,
) => Promise<Answers[Kind]>;
