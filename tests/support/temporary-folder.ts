import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';

/** An empty folder of mode 0700 that is removed after the test. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-test-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The same for all tests of the suite that calls it, not in a hook. */
export function suiteFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
