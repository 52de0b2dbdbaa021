import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Outcome {
  readonly result: 'passed' | 'failed' | 'skipped';
  readonly name: string;
  /** Of skipped tests only. */
  readonly reason?: string;
}

export interface FileReport {
  readonly file: string;
  readonly outcomes: readonly Outcome[];
  /** What node:test's `spec` reporter and the tests themselves wrote. */
  readonly output: string;
}

export function hasFailed({ outcomes }: FileReport): boolean {
  return outcomes.some(({ result }) => result === 'failed');
}

/**
 * Runs one test file in its own process group, with this Node. When it ends, or `timeoutSeconds` have passed,
 * whatever is left of the group is killed: a child that a test forgot ends here. A file that crashes, hangs,
 * exits early or holds no test has at least one failed outcome that says so.
 */
export async function runTestFile(file: string, timeoutSeconds: number): Promise<FileReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'larder-test-run-'));
  try {
    const ending = await run(file, folder, timeoutSeconds);
    const { outcomes, isComplete } = readOutcomes(path.join(folder, 'outcomes'));
    return { file, outcomes: [...outcomes, ...judge(ending, outcomes, isComplete)], output: readOutput(folder) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Kills the files that run now and all they started. */
export function killRunningFiles(): void {
  for (const child of running) killGroup(child);
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOutAfterSeconds: number | undefined;
}

const running = new Set<ChildProcess>();

/**
 * The test, and all the programs that it starts, keep here what Node made of the source: without it each of them would
 * strip and compile the same few hundred files again, which is a third of the time of a whole run.
 */
const compiledCode = path.join(import.meta.dirname, '../../node_modules/.cache/larder-compiled');

/** Output goes to files, not pipes: a pipe would stay open as long as a forgotten child holds it. */
async function run(file: string, folder: string, timeoutSeconds: number): Promise<Ending> {
  const output = openSync(path.join(folder, 'output'), 'a');
  const child = spawn(process.execPath, nodeArguments(file, folder), {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_COMPILE_CACHE: compiledCode },
  });
  closeSync(output);
  running.add(child);
  let timedOutAfterSeconds: number | undefined;
  const timer = setTimeout(() => {
    timedOutAfterSeconds = timeoutSeconds;
    killGroup(child);
  }, timeoutSeconds * 1000);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  killGroup(child);
  running.delete(child);
  return { code, signal, timedOutAfterSeconds };
}

function nodeArguments(file: string, folder: string): string[] {
  const reporter = path.join(import.meta.dirname, 'outcome-reporter.ts');
  return [
    '--test-force-exit',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${path.join(folder, 'outcomes')}`,
    file,
  ];
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

function readOutcomes(file: string): { outcomes: Outcome[]; isComplete: boolean } {
  const outcomes: Outcome[] = [];
  let isComplete = false;
  for (const line of readText(file).split('\n')) {
    // A killed process may leave half a line.
    if (!line.endsWith('}')) continue;
    const parsed = JSON.parse(line) as Outcome | { readonly result: 'complete' };
    if (parsed.result === 'complete') isComplete = true;
    else outcomes.push(parsed);
  }
  return { outcomes, isComplete };
}

function judge(ending: Ending, outcomes: readonly Outcome[], isComplete: boolean): Outcome[] {
  const { code, signal, timedOutAfterSeconds } = ending;
  const failed = (name: string): Outcome[] => [{ result: 'failed', name }];
  if (timedOutAfterSeconds !== undefined) return failed(`(the file was stopped after ${timedOutAfterSeconds} s)`);
  if (signal !== null) return failed(`(the file was ended by ${signal})`);
  if (!isComplete || outcomes.length === 0) {
    return failed(`(the file exited with ${code} before its tests ended, or it holds none)`);
  }
  const isExplained = code === 0 || outcomes.some(({ result }) => result === 'failed');
  return isExplained ? [] : failed(`(the file exited with ${code})`);
}

/** Without the counts of this one file: the runner prints the sums. */
function readOutput(folder: string): string {
  return readText(path.join(folder, 'output'))
    .replace(/^ℹ (?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+\n/gm, '')
    .trimEnd();
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
