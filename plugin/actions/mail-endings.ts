import type { Job } from '../contracts/job-queue.ts';
import { readActor, type Actor } from '../domain/actor.ts';
import type { AccountSettings } from '../domain/account-settings.ts';
import type { MailHost, MailMessage, RestoredThings } from '../domain/mail.ts';
import type { Services } from './services.ts';

/** How far back it is looked for jobs whose end was not told yet: a worker may have died in between. */
const recentHours = 24;
const jobsLooked = 20;

/**
 * Tells the owner of an account by mail how a job ended, where that is told and wanted; each job once, however often this
 * is called. What the host did is told whatever was chosen.
 * @returns whether a mail waits now that did not before.
 */
export async function mailJobEnding(services: Services, job: Job): Promise<boolean> {
  if (services.configuration.mail === undefined) return false;
  const message = messageOf(job);
  if (message === undefined || (await isHalfDone(services, job))) return false;
  if (!isWanted(message, await services.settings.load(job.generation))) return false;
  const uniqueKey = `job:${job.id}`;
  return services.outbox.add({ generation: job.generation, uniqueKey, message }, services.clock.now());
}

/** Whoever puts it back tells how that ended. */
async function isHalfDone({ plans }: Services, { kind, generation, request }: Job): Promise<boolean> {
  if (kind !== 'run-plan' && kind !== 'undo') return false;
  const plan = await plans.find(generation, text(fields(parse(request))['plan']));
  return plan?.state === 'writing';
}

/** The same for all jobs of one account that ended lately. */
export async function mailRecentEndings(services: Services, generation: Job['generation']): Promise<boolean> {
  const since = services.clock.now().getTime() - recentHours * 3_600_000;
  let added = false;
  for (const job of await services.jobs.list(generation, jobsLooked)) {
    const isRecent = (job.finishedAt?.getTime() ?? 0) >= since;
    if (isRecent && (await mailJobEnding(services, job))) added = true;
  }
  return added;
}

function isWanted(message: MailMessage, { mail }: AccountSettings): boolean {
  if ('host' in message && message.host !== undefined) return true;
  return message.kind === 'download-ready' ? mail.ready : mail.restored;
}

function messageOf(job: Job): MailMessage | undefined {
  const at = (job.finishedAt ?? job.createdAt).toISOString();
  const host = hostOf(readActor(job.askedBy));
  const isRestore = job.kind === 'run-plan' || job.kind === 'undo';
  if (isRestore && job.state === 'failed') {
    return { kind: 'restore-failed', job: job.id, at, failure: failureOf(job), host };
  }
  if (job.state !== 'done') return undefined;
  const result = fields(parse(job.result));
  if (isRestore) return restoredMessage(job, result, at, host);
  return job.kind === 'prepare-download' ? readyMessage(job, result) : undefined;
}

function restoredMessage(
  job: Job,
  receipt: { readonly [name: string]: unknown },
  at: string,
  host: MailHost | undefined,
): MailMessage {
  const pointTime = fields(receipt['point'])['time'];
  return {
    kind: 'restored',
    job: job.id,
    isUndo: text(receipt['purpose']).startsWith('undo'),
    pointTime: typeof pointTime === 'string' ? pointTime : undefined,
    what: thingsOf(receipt),
    at,
    undoUntil: job.undoUntil?.toISOString(),
    host,
  };
}

function thingsOf(receipt: { readonly [name: string]: unknown }): RestoredThings {
  const counts = fields(receipt['counts']);
  const [comesBack, replaced, deleted] = [
    number(counts['comesBack']),
    number(counts['replaced']),
    number(counts['deleted']),
  ];
  if (typeof receipt['database'] !== 'string') {
    return { kind: 'files', comesBack, replaced, deleted, bytes: number(counts['bytes']) };
  }
  const target = fields(receipt['target']);
  const beside = target['kind'] === 'beside' ? text(target['name']) : undefined;
  return { kind: 'database', name: receipt['database'], beside, tables: comesBack + replaced };
}

function readyMessage(job: Job, result: { readonly [name: string]: unknown }): MailMessage {
  return {
    kind: 'download-ready',
    job: job.id,
    name: text(result['name']),
    files: number(result['files']),
    bytes: number(result['bytes']),
    until: text(result['until']),
  };
}

function hostOf(actor: Actor): MailHost | undefined {
  switch (actor.kind) {
    case 'account':
    case 'schedule':
      return undefined;
    case 'staff':
      return { name: actor.name, ticket: actor.ticket, reason: actor.reason };
    case 'admin':
      return { name: actor.name, ticket: undefined, reason: undefined };
    case 'root':
      return { name: undefined, ticket: undefined, reason: undefined };
  }
}

function failureOf(job: Job): { code: string; facts: { readonly [name: string]: unknown } } {
  const failure = fields(parse(job.failure));
  return { code: text(failure['code']), facts: fields(failure['facts']) };
}

function parse(json: string | undefined): unknown {
  return json === undefined ? undefined : (JSON.parse(json) as unknown);
}

function fields(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
