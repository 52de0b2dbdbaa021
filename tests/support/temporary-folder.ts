import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';

/** An empty folder of mode 0700 that is removed after the test. */
export function temporaryFolder(context: TestContext): string {
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
