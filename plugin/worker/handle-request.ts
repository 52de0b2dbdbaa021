import { unknownAccount, type Caller } from '../domain/permission.ts';
import type { Job } from '../contracts/job-queue.ts';
import type { Log } from '../contracts/log.ts';
import { actorOf } from '../domain/actor.ts';
import type { Generation } from '../domain/ids.ts';
import { followJob, tellJob } from '../actions/follow-job.ts';
import { outcomeOf } from '../protocol/job-outcome.ts';
import { cancelJob, enqueue, listJobs, toLine } from '../actions/jobs.ts';
import { parseJobId } from '../domain/job.ts';
import { isQueued } from '../domain/job-weight.ts';
import { findAccount } from '../actions/find-account.ts';
import { recordRequest } from '../actions/record-audit.ts';
import type { Services } from '../actions/services.ts';
import { accountOf, makeLogin, openSession, tellSession } from '../actions/sign-in.ts';
import type { Handle, HandleContext } from '../protocol/server.ts';
import type { Answer, Progress, QueuedRequest, Request } from '../protocol/requests.ts';
import type { ChildPool } from './child-pool.ts';
import { answerDeletion } from './delete-own-backup.ts';
import type { QueueRunner } from './run-queue.ts';
import type { StepUpCodes } from './step-up-codes.ts';

export interface HandlerOptions {
  readonly services: Services;
  readonly queue: QueueRunner;
  readonly readers: ChildPool;
  readonly codes: StepUpCodes;
  readonly log: Log;
}

/**
 * Performs requests that their callers may ask: work goes into the queue, reading to other processes, and only what
 * the queue and the sessions answer is answered here.
 */
export function createHandler(options: HandlerOptions): Handle {
  return async (caller, request, context) => {
    await refuseSuccessor(options.services, caller, request);
    if (isWork(request)) return (await answerWork(options, caller, request, context)) as object;
    await writeDown(options.services, caller, request);
    return (await answer(options, caller, request, context)) as object;
  };
}

function answer(options: HandlerOptions, caller: Caller, request: Request, context: HandleContext): Promise<unknown> {
  if (isAnsweredHere(request)) return answerHere(options, request, context);
  if (isDeletion(request)) return answerWithCode(options, caller, request, context);
  return read(options, caller, request, context);
}

/** Who holds a session: a web process is nobody until one says for whom it speaks. */
export async function findSession(services: Services, session: string): Promise<Caller | undefined> {
  const grant = (await services.sessions.use(services.hashSecret(session), services.clock.now()))?.grant;
  if (grant === undefined) return undefined;
  if (grant.role === 'admin') return { kind: 'session', ...grant };
  return { kind: 'session', ...grant, name: (await accountOf(services, grant.generation)).name };
}

/** The socket or session was given to one customer; whoever has the name now may be another. */
async function refuseSuccessor(services: Services, caller: Caller, request: Request): Promise<void> {
  const name = accountIn(request);
  if (!('generation' in caller) || name === undefined) return;
  const { generation } = await findAccount(services, name);
  if (generation !== caller.generation) throw unknownAccount(name);
}

/** The account that a request is about, also when it is the work of another request. */
function accountIn(request: Request): string | undefined {
  const asked = request.kind === 'enqueue' ? request.work : request;
  return 'account' in asked ? asked.account : undefined;
}

type Work = QueuedRequest | Extract<Request, { kind: 'enqueue' }>;

function isWork(request: Request): request is Work {
  return request.kind === 'enqueue' || isQueued(request);
}

/** Work goes through the queue, whoever wants it; who waits for it sees it run. */
async function answerWork(
  options: HandlerOptions,
  caller: Caller,
  request: Work,
  { onProgress, signal }: HandleContext,
): Promise<unknown> {
  const { services, queue } = options;
  const job = await addWork(options, caller, request.kind === 'enqueue' ? request.work : request);
  if (request.kind === 'enqueue') return { job: await toLine(services, job) };
  const follow = { account: job.accountName, job: job.id };
  return outcomeOf(await followJob({ services, onProgress, signal }, follow, queue));
}

/** What cannot be written down is not done. */
async function addWork({ services, queue }: HandlerOptions, caller: Caller, work: QueuedRequest): Promise<Job> {
  const job = await enqueue(services, work, actorOf(caller));
  try {
    await writeDown(services, caller, work, job.id);
  } catch (error) {
    await services.jobs.cancel(job.generation, job.id).catch(() => undefined);
    throw error;
  }
  queue.wake();
  return job;
}

const alwaysWrittenDown: readonly string[] = [
  'set-passphrase',
  'change-passphrase',
  'remove-passphrase',
  'restore-sealed',
];

/** What an account asks for over its own socket is told by its jobs, unless it is none. */
async function writeDown(services: Services, caller: Caller, request: Request, jobId?: string): Promise<void> {
  if (caller.kind !== 'account' || alwaysWrittenDown.includes(request.kind))
    await recordRequest(services, actorOf(caller), request, jobId);
}

/** Whoever signs in looks at something next. */
async function signIn(services: Services, readers: ChildPool, secret: string): Promise<Answer<'open-session'>> {
  const session = await openSession(services, secret);
  readers.prepare();
  return session;
}

const answeredHere = ['jobs', 'job', 'follow', 'cancel', 'login', 'open-session', 'session', 'close-session'] as const;
type AnsweredHere = Extract<Request, { kind: (typeof answeredHere)[number] }>;

/** What only the queue and the sessions are asked for. */
function isAnsweredHere(request: Request): request is AnsweredHere {
  return answeredHere.some((kind) => kind === request.kind);
}

async function answerHere(
  { services, queue, readers }: HandlerOptions,
  request: AnsweredHere,
  context: HandleContext,
): Promise<unknown> {
  switch (request.kind) {
    case 'jobs':
      return await listJobs(services, request);
    case 'job':
      return await tellJob(services, request);
    case 'follow':
      return await followJob({ services, ...context }, request, queue);
    case 'cancel':
      return await cancel(services, queue, request);
    case 'login':
      return await makeLogin(services, request);
    case 'open-session':
      return await signIn(services, readers, request.secret);
    case 'session':
      return await tellSession(services, context.session ?? '');
    case 'close-session':
      if (context.session !== undefined) await services.sessions.end(services.hashSecret(context.session));
      return {};
  }
}

type Deletion = Extract<Request, { kind: 'ask-delete-code' | 'delete-backup' }>;

function isDeletion(request: Request): request is Deletion {
  return request.kind === 'ask-delete-code' || request.kind === 'delete-backup';
}

/** Codes live here; the backups of the account are read elsewhere. */
function answerWithCode(
  options: HandlerOptions,
  caller: Caller,
  request: Deletion,
  context: HandleContext,
): Promise<object> {
  const { services, codes } = options;
  const listOwn = (account: string) =>
    read(options, caller, { kind: 'own-backups', account }, context) as Promise<Answer<'own-backups'>>;
  return answerDeletion({ services, codes, listOwn }, request, context.session ?? '');
}

/** One that runs here is told at once; another worker's hears of it when it renews its lease. */
async function cancel(
  services: Services,
  queue: QueueRunner,
  request: { account: string; job: string },
): Promise<unknown> {
  const cancelled = await cancelJob(services, request);
  queue.cancel(parseJobId(cancelled.job.id));
  queue.wake();
  return cancelled;
}

/** Reading happens in other processes: what a repository or a home holds must not stop this one. */
async function read(
  { readers }: HandlerOptions,
  caller: Caller,
  request: Request,
  context: HandleContext,
): Promise<unknown> {
  const account = 'account' in request ? (request.account ?? '') : '';
  const sink = request.kind === 'download' ? await context.openSink() : undefined;
  return readers.read(account, {
    request,
    generation: generationOf(caller),
    jobId: undefined,
    signal: context.signal,
    onProgress: (progress) => context.onProgress(progress as Progress),
    sink,
  });
}

/** For whom a caller acts; undefined for those who may act for anyone. */
function generationOf(caller: Caller): Generation | undefined {
  return 'generation' in caller ? caller.generation : undefined;
}
