/**
 * Runs the tests: all of them, or those in the files and folders named. Each file is a process of its own.
 * The last line is `N passed, N failed, N skipped`; the exit code is 1 when a test failed or none ran.
 *
 *   npm test
 *   npm test -- tests/plugin/engine tests/architecture.test.ts
 *   npm test -- --timeout-seconds 60 --concurrency 1 tests/integration
 *   npm test -- --repeat-failed    a file that failed is run once more, alone; what failed at first is always told
 */
import { existsSync, globSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { hasFailed, killRunningFiles, runTestFile, type FileReport, type Outcome } from './support/run-test-file.ts';

const { concurrency, timeoutSeconds, names, repeatsFailed } = readWords();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    killRunningFiles();
    process.exit(130);
  });
}

const first = await runAll(selectFiles(names));
process.exit(summarise(first, repeatsFailed ? await repeatFailed(first) : first));

interface Words {
  readonly concurrency: number;
  readonly timeoutSeconds: number;
  readonly names: readonly string[];
  readonly repeatsFailed: boolean;
}

function readWords(): Words {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      concurrency: { type: 'string' },
      'timeout-seconds': { type: 'string' },
      'repeat-failed': { type: 'boolean', default: false },
    },
  });
  return {
    // a file waits for disks, servers and processes for a fifth of its time
    concurrency: Number(values.concurrency ?? Math.min(availableParallelism() + 1, 4)),
    timeoutSeconds: Number(values['timeout-seconds'] ?? 900),
    names: positionals.length === 0 ? ['tests'] : positionals,
    repeatsFailed: values['repeat-failed'],
  };
}

function selectFiles(names: readonly string[]): string[] {
  const files = names.flatMap((name) => {
    if (!existsSync(name)) stop(`There is no ${name}.`);
    return statSync(name).isDirectory() ? globSync(path.join(name, '**/*.test.ts')) : [name];
  });
  return [...new Set(files)].toSorted();
}

function stop(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

/** As many files at a time as `--concurrency` says; each is shown when it ends. */
async function runAll(files: readonly string[]): Promise<FileReport[]> {
  const waiting = [...files];
  const reports: FileReport[] = [];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      reports.push(await runAndShow(file));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return reports.toSorted((one, other) => (one.file < other.file ? -1 : 1));
}

async function runAndShow(file: string): Promise<FileReport> {
  const begun = performance.now();
  const report = await runTestFile(file, timeoutSeconds);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(`\n${report.file} (${seconds} s)\n${report.output}\n`);
  return report;
}

/** One at a time, with nothing beside it. @returns the last report of each file. */
async function repeatFailed(reports: readonly FileReport[]): Promise<FileReport[]> {
  const last: FileReport[] = [];
  for (const report of reports) last.push(hasFailed(report) ? await runAndShow(report.file) : report);
  return last;
}

/** @returns the exit code. */
function summarise(first: readonly FileReport[], reports: readonly FileReport[]): number {
  const passed = pick(reports, 'passed').length;
  const failed = pick(reports, 'failed');
  for (const report of first.filter(hasFailed)) printWhy(report);
  printList('Failed at first, and was run once more:', first === reports ? [] : pick(first, 'failed'));
  const skipped = pick(reports, 'skipped');
  printList('Failed:', failed);
  printList('Skipped:', skipped);
  if (passed + failed.length === 0) process.stdout.write('\nNo test ran.\n');
  process.stdout.write(`\n${passed} passed, ${failed.length} failed, ${skipped.length} skipped\n`);
  return failed.length === 0 && passed > 0 ? 0 : 1;
}

/** Once more at the end, where it is looked for: what the reporter tells of the tests that failed. */
function printWhy({ file, output }: FileReport): void {
  const told = output.slice(Math.max(0, output.lastIndexOf('✖ failing tests:')));
  process.stdout.write(`\n${file}\n${told.split('\n').slice(-100).join('\n')}\n`);
}

interface FileOutcome extends Outcome {
  readonly file: string;
}

function pick(reports: readonly FileReport[], result: Outcome['result']): FileOutcome[] {
  return reports.flatMap(({ file, outcomes }) =>
    outcomes.filter((outcome) => outcome.result === result).map((outcome) => ({ ...outcome, file })),
  );
}

function printList(heading: string, outcomes: readonly FileOutcome[]): void {
  if (outcomes.length === 0) return;
  const lines = outcomes.map(({ file, name, reason }) => {
    return `  ${file}: ${name}${reason === undefined ? '' : ` (${reason})`}\n`;
  });
  process.stdout.write(`\n${heading}\n${lines.join('')}`);
}
