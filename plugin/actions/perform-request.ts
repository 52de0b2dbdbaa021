import type { Answers, Progress, Request } from '../protocol/requests.ts';
import { backUpOnRequest } from './back-up-on-request.ts';
import { browse, listPoints } from './browse.ts';
import { listAccounts } from './list-accounts.ts';
import { nightly } from './nightly.ts';
import { resticEnvironment } from './restic-env.ts';
import type { Services } from './services.ts';

type PerformedKind = Exclude<Request['kind'], 'init' | 'doctor' | 'restore' | 'check' | 'forget' | 'prune'>;

/** What performing a request needs besides the request. */
export interface Performing {
  readonly services: Services;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

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
