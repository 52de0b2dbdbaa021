import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Job, JobQueue } from '../../plugin/contracts/job-queue.ts';
import { parseGeneration, type Generation } from '../../plugin/domain/ids.ts';
import { claimed, done, newJob } from './make-jobs.ts';
import type { MetadataPlace } from './metadata-place.ts';
import type { QueueWorkerOptions } from './queue-worker.ts';
import { temporaryFolder } from './temporary-folder.ts';

const program = fileURLToPath(new URL('queue-worker.ts', import.meta.url));
const accounts = Array.from({ length: 20 }, (_, index) => parseGeneration(String(index).padStart(32, '0')));
const jobsOfEach = 12;
const kills = 8;
const leaseMilliseconds = 600;

/**
 * Two processes work on some hundred jobs; one after the other is killed in the middle and replaced. Afterwards every
 * job is done, its last effect is of the fence it ended with, and nobody did anything twice under one fence.
 */
export async function makeAndKillWorkers(context: TestContext, place: MetadataPlace): Promise<void> {
  const { jobs } = await place.open();
  await addAll(jobs);
  const stalled = await stall(jobs);
  const effects = join(temporaryFolder(context), 'effects');
  writeFileSync(effects, '');
  const options: QueueWorkerOptions = { metadata: place.metadata, effects, leaseMilliseconds };
  const killed = await Promise.all([0, 1].map(() => workAndKill(context, options, kills / 2)));
  assert.ok(
    killed.some((count) => count > 0),
    'no worker was killed',
  );
  const all = (await Promise.all(accounts.map((generation) => jobs.list(generation, 1000)))).flat();
  const again = all.filter(({ attempts }) => attempts > 1).length;
  context.diagnostic(`${all.length} jobs, ${killed[0]} + ${killed[1]} workers killed, ${again} jobs begun again`);
  assert.equal(all.length, accounts.length * jobsOfEach);
  assertDoneOnce(all, readEffects(effects));
  await assertStaleChangesNothing(jobs, stalled);
}

async function addAll(jobs: JobQueue): Promise<void> {
  for (let number = 0; number < jobsOfEach; number += 1) {
    for (const generation of accounts)
      await jobs.add(newJob({ generation, weight: number % 3 === 0 ? 'small' : 'large' }));
  }
}

/** A worker that claimed a job and hangs for longer than its lease. */
async function stall(jobs: JobQueue): Promise<Job> {
  const [first] = await jobs.open();
  assert.ok(first !== undefined);
  return claimed(jobs, first, 1);
}

/** Kills as many workers, each after some steps, then lets the last one end. @returns how many were killed. */
async function workAndKill(context: TestContext, options: QueueWorkerOptions, count: number): Promise<number> {
  for (let killed = 0; killed < count; killed += 1) {
    const worker = start(context, options);
    if (!(await killAfter(worker, randomInt(1, 12)))) return killed;
  }
  const last = start(context, options);
  const [code] = (await once(last, 'exit')) as [number | null];
  assert.equal(code, 0, 'a worker that was left alone failed');
  return count;
}

function start(context: TestContext, options: QueueWorkerOptions): ChildProcess {
  const worker = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => worker.kill('SIGKILL'));
  return worker;
}

/** @returns false when the worker ended before: nothing was left to do. */
async function killAfter(worker: ChildProcess, steps: number): Promise<boolean> {
  const ended = once(worker, 'exit') as Promise<[number | null, string | null]>;
  let lines = 0;
  worker.stdout?.on('data', (text: Buffer) => {
    lines += text.toString().split('\n').length - 1;
    if (lines >= steps) worker.kill('SIGKILL');
  });
  const [, signal] = await ended;
  return signal === 'SIGKILL';
}

function readEffects(file: string): Map<string, number[]> {
  const effects = new Map<string, number[]>();
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
    const [id = '', fence] = line.split(' ');
    effects.set(id, [...(effects.get(id) ?? []), Number(fence)]);
  }
  return effects;
}

function assertDoneOnce(all: readonly Job[], effects: ReadonlyMap<string, readonly number[]>): void {
  for (const { id, state, fence, attempts, result } of all) {
    assert.deepEqual({ id, state, attempts, result }, { id, state: 'done', attempts: fence, result: String(fence) });
    const fences = effects.get(id) ?? [];
    assert.equal(fences.filter((done) => done === fence).length, 1, `${id} was not done once under its fence`);
    assert.equal(new Set(fences).size, fences.length, `${id} was done twice under one fence`);
    assert.equal(Math.max(...fences), fence, `${id} was done under a later fence`);
  }
}

async function assertStaleChangesNothing(jobs: JobQueue, stalled: Job): Promise<void> {
  const generation: Generation = stalled.generation;
  const before = await jobs.find(generation, stalled.id);
  assert.ok((before?.fence ?? 0) > stalled.fence);
  assert.equal(await jobs.finish(stalled, { ...done, result: 'stale' }), false);
  assert.deepEqual(await jobs.find(generation, stalled.id), before);
}
