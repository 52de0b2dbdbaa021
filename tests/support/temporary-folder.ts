import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** What ends some time: a test, or a suite. */
export interface Scope {
  after(work: () => unknown): void;
}

/** For what all tests of a suite share. Called in the suite, not in a hook. */
export function suiteScope(): Scope {
  const endings: (() => unknown)[] = [];
  after(async () => {
    for (const end of endings.toReversed()) await end();
  });
  return { after: (work) => void endings.push(work) };
}

/** An empty folder of mode 0700 that is removed after the test. */
export function temporaryFolder(context: Scope): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-test-'));
  context.after(() => removeFolder(folder));
  return folder;
}

/** The same for all tests of the suite that calls it, not in a hook. */
export function suiteFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-test-'));
  after(() => removeFolder(folder));
  return folder;
}

/** Something that a test killed may still be changing the folder. */
function removeFolder(folder: string): void {
  const tries = 20;
  for (let attempt = 1; ; attempt++) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (attempt === tries) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}
