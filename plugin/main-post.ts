/** Puts together what sends mails. Wiring only. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mailJobEnding } from './actions/mail-endings.ts';
import { fillOutbox } from './actions/mail-late.ts';
import { sendMails, type Postbox } from './actions/send-mails.ts';
import type { Services } from './actions/services.ts';
import type { Job } from './contracts/job-queue.ts';
import type { Log } from './contracts/log.ts';
import { startPost } from './worker/post-rounds.ts';

/** Mails of the worker; nothing where no mail is set up. */
export interface Post {
  /** A job has ended: whoever should hear of it will. */
  tellEnding(job: Job): void;
  /** Looks for what nobody was told of yet. */
  fill(): Promise<void>;
  stop(): Promise<void>;
}

const pollMilliseconds = 3_000;
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const silent: Post = { tellEnding() {}, async fill() {}, async stop() {} };

/** @throws {Failure} `configuration-missing`, `state-unsafe` when the mail server's password cannot be read. */
export async function openPost(services: Services, log: Log): Promise<Post> {
  const { mail, web } = services.configuration;
  if (mail === undefined) return silent;
  const [{ openMailer }, { openMailWriter }] = await Promise.all([
    import('./mail/open-mailer.ts'),
    import('./mail/open-writer.ts'),
  ]);
  const load = (language: string, page: string) =>
    JSON.parse(readFileSync(here(`../locales/${language}/${page}.json`), 'utf8')) as object;
  const write = openMailWriter({ views: here('../views'), pages: web.url, load });
  const postbox: Postbox = { services, mailer: openMailer(mail), write, log };
  const rounds = startPost({ send: () => sendMails(postbox), pollMilliseconds, log });
  return {
    tellEnding: (job) => void tell(services, job, log).then((added) => (added ? rounds.wake() : undefined)),
    async fill() {
      if (await fillOutbox(services)) rounds.wake();
    },
    stop: () => rounds.stop(),
  };
}

/** What goes wrong here is made good when the outbox is filled next. */
async function tell(services: Services, { generation, id }: Job, log: Log): Promise<boolean> {
  try {
    const ended = await services.jobs.find(generation, id);
    return ended !== undefined && (await mailJobEnding(services, ended));
  } catch (error) {
    log.warn('ending-not-told', { job: id, error });
    return false;
  }
}
