import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { parseTimeReport } from './measurement.ts';
import { processTree, readProcessTable } from './process-table.ts';
import { sampleMemory } from './sample-memory.ts';
import { writeScript } from './script.ts';
import type { ChildProcess } from 'node:child_process';
import type { MemoryDetail } from './sample-memory.ts';
import type { Measurement } from './measurement.ts';
import type { Script } from './script.ts';

/** Where scripts run and what they see. Nothing of the caller's environment reaches a tool. */
export interface Stage {
  /** For scripts, logs and the tools' own home folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** @throws {Error} with the end of its output when a command fails or leaves a process behind. */
export async function measureScript(
  script: Script,
  stage: Stage,
  detail: MemoryDetail = 'resident',
): Promise<Measurement> {
  const folder = await mkdtemp(`${stage.folder}/run-`);
  await writeFile(`${folder}/script.sh`, writeScript(script));
  const log = await open(`${folder}/output.log`, 'w');
  try {
    return await timeScript(folder, log.fd, stage, detail);
  } finally {
    await log.close();
    await rm(folder, { recursive: true });
  }
}

/** Runs `script` for its effect; what it took is of no interest. */
export async function runScript(script: Script, stage: Stage): Promise<void> {
  if (script.length > 0) await measureScript(script, stage);
}

/**
 * GNU time is tiny, so the memory of its children is not confused with the memory of the bench, and wait4(2) gives
 * it the CPU time of children of children, as far as each was waited for: who leaves a process behind is refused.
 */
async function timeScript(folder: string, logFd: number, stage: Stage, detail: MemoryDetail): Promise<Measurement> {
  const startedAt = performance.now();
  const child = startTimed(folder, logFd, stage);
  const root = child.pid ?? 0;
  const sampler = sampleMemory(root, detail);
  const exitCode = await waitFor(child, root, stage.signal).finally(() => sampler.stop());
  const wallSeconds = (performance.now() - startedAt) / 1000;
  if (exitCode !== 0)
    throw new Error(`a command ended with ${String(exitCode)}:\n${await endOf(`${folder}/output.log`)}`);
  refuseLeftovers(root);
  const report = parseTimeReport(await readFile(`${folder}/time`, 'utf8'));
  return { wallSeconds, ...report, treeBytes: Math.max(sampler.stop(), report.largestBytes) };
}

function startTimed(folder: string, logFd: number, stage: Stage): ChildProcess {
  const words = ['--quiet', '--format=%U %S %M', `--output=${folder}/time`, '/bin/sh', `${folder}/script.sh`];
  return spawn('/usr/bin/time', words, {
    cwd: stage.folder,
    detached: true,
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: stage.folder, LANG: 'C.UTF-8' },
    stdio: ['ignore', logFd, logFd],
  });
}

/** The exit code. When `signal` aborts, the whole process group is ended first. */
async function waitFor(child: ChildProcess, root: number, signal: AbortSignal): Promise<unknown> {
  try {
    const ended: unknown[] = await once(child, 'exit', { signal });
    return ended[0];
  } catch (error) {
    if (root > 0 && child.exitCode === null) process.kill(-root, 'SIGKILL');
    throw error;
  }
}

function refuseLeftovers(root: number): void {
  const left = processTree(readProcessTable(), root);
  if (left.length > 0) throw new Error(`processes were left behind: ${left.map((row) => row.id).join(', ')}`);
}

async function endOf(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).slice(-2000);
}
