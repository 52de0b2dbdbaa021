import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathBytes } from './recorded-points.ts';
import type { WebSite } from './web-site.ts';

/** A job that runs for as long as it is looked at. */
export interface StandingJob {
  readonly job: string;
  /** Lets it go on. */
  release(): void;
}

/** Begins a restore of `u2` and, once there is something that writes, stops the process of its job where it stands. */
export async function standStill(site: WebSite): Promise<StandingJob> {
  for (;;) {
    const job = await beginRestore(site);
    const worker = await stopJob(site, job);
    if (worker !== undefined) return { job, release: () => goOn(worker) };
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
async function stopJob(site: WebSite, job: string): Promise<number | undefined> {
  for (;;) {
    const writer = findWriter();
    const worker = writer === undefined ? undefined : parentOf(writer);
    if (writer !== undefined && worker !== undefined) {
      signal(worker, 'SIGSTOP');
      if (isAlive(writer) && (await isOpen(site, job))) return worker;
      goOn(worker);
      return undefined;
    }
    if (!(await isOpen(site, job))) return undefined;
    await nextTurn();
  }
}

async function isOpen(site: WebSite, job: string): Promise<boolean> {
  const { state } = (await site.ask({ kind: 'job', account: 'u2', job })).job;
  return state === 'running' || state === 'waiting';
}

/** Begins a download of `u2` that is prepared, and stops the process that writes it where it stands. */
export async function standDownload(site: WebSite): Promise<StandingJob> {
  for (;;) {
    const work = { kind: 'prepare-download', account: 'u2', point: 'latest', paths: [pathBytes('')] } as const;
    const { job } = await site.ask({ kind: 'enqueue', work });
    let writer: number | undefined;
    while (writer === undefined && (await isOpen(site, job.id))) writer = findOpener(job.id);
    if (writer === undefined) continue;
    const stopped = writer;
    signal(stopped, 'SIGSTOP');
    if (isAlive(stopped) && (await isOpen(site, job.id))) return { job: job.id, release: () => goOn(stopped) };
    goOn(stopped);
  }
}

/** The process of ours that has a file open with this in its name. */
function findOpener(part: string): number | undefined {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.map(Number).find((process) => isOurs(process) && openFiles(process).some((name) => name.includes(part)));
}

function openFiles(process: number): string[] {
  try {
    const folder = `/proc/${process}/fd`;
    return readdirSync(folder).map((name) => readLink(`${folder}/${name}`));
  } catch {
    return []; // it has gone
  }
}

function readLink(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return ''; // closed since
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
    at = parentOf(at) ?? 0;
  }
  return false;
}

function parentOf(child: number): number | undefined {
  const parent = Number(/^PPid:\s*(\d+)/m.exec(tell(child, 'status'))?.[1] ?? 0);
  return parent > 1 ? parent : undefined;
}

/** What has ended is a zombie while its parent stands still. */
function isAlive(process: number): boolean {
  return /^State:\s*[^ZX]/m.test(tell(process, 'status'));
}

function goOn(worker: number): void {
  signal(worker, 'SIGCONT');
}

/** Nothing happens to a process that has gone. */
function signal(worker: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(worker, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Nothing of a process that has gone. */
function tell(process: number, file: 'cmdline' | 'status'): string {
  try {
    return readFileSync(`/proc/${process}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
