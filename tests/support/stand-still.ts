import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathBytes } from './recorded-points.ts';
import type { WebSite } from './web-site.ts';

/** A job that runs for as long as it is looked at. */
export interface StandingJob {
  readonly job: string;
  /** Lets it go on. */
  release(): void;
}

/** Begins a restore of `u2` and stops its writer where it stands. */
export async function standStill(site: WebSite): Promise<StandingJob> {
  for (;;) {
    const job = await beginRestore(site);
    const writer = await stopWriter(site, job);
    if (writer !== undefined) return { job, release: () => void process.kill(writer, 'SIGCONT') };
  }
}

/** Puts a restore of `u2` into the queue. @returns the job. */
export async function beginRestore(site: WebSite): Promise<string> {
  const paths = [pathBytes('public_html')];
  const target = { kind: 'folder', path: pathBytes('restored') } as const;
  const made = await site.ask({ kind: 'plan', account: 'u2', point: 'latest', paths, target, mode: 'merge' });
  const begun = await site.ask({ kind: 'enqueue', work: { kind: 'run-plan', account: 'u2', plan: made.plan } });
  return begun.job.id;
}

/** @returns its process, or undefined when the job was over before. */
async function stopWriter(site: WebSite, job: string): Promise<number | undefined> {
  const isRunning = async (): Promise<boolean> => {
    const told = await site.ask({ kind: 'job', account: 'u2', job });
    return told.job.state === 'running' || told.job.state === 'waiting';
  };
  for (;;) {
    const writer = findWriter();
    if (writer !== undefined) {
      process.kill(writer, 'SIGSTOP');
      if (await isRunning()) return writer;
      process.kill(writer, 'SIGCONT');
      return undefined;
    }
    if (!(await isRunning())) return undefined;
    await nextTurn();
  }
}

/** Among the processes that descend from this one: others on this machine have writers, too. */
function findWriter(): number | undefined {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.map(Number).find((process) => tell(process, 'cmdline').includes('main-writer') && isOurs(process));
}

function isOurs(descendant: number): boolean {
  for (let at = descendant; at > 1;) {
    if (at === process.pid) return true;
    at = Number(/^PPid:\s*(\d+)/m.exec(tell(at, 'status'))?.[1] ?? 0);
  }
  return false;
}

/** Nothing of a process that has gone. */
function tell(process: number, file: 'cmdline' | 'status'): string {
  try {
    return readFileSync(`/proc/${process}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
