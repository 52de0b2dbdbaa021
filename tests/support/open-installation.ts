import type { TestContext } from 'node:test';
import type { Performing, Services } from '../../plugin/actions/services.ts';
import { openServices } from '../../plugin/main-services.ts';
import { loadConfiguration } from '../../plugin/platform/configuration.ts';
import { sharedArchivers } from './shared-archivers.ts';
import type { Installation } from './installation.ts';

/** What performs requests in this process, until the test ends. @param changes what shall be another than on a real server. */
export async function openInstallation(
  context: TestContext,
  { folder }: Installation,
  changes: Partial<Services> = {},
): Promise<Performing & { close(): Promise<void> }> {
  const configuration = loadConfiguration({ LARDER_CONFIG: `${folder}/larder.toml` });
  const options = { configuration, programVersion: 'test', isChild: false, hasWorker: false, threads: 0 };
  const opened = await openServices(options);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= opened.close());
  context.after(close);
  const signal = new AbortController().signal;
  return {
    services: { ...opened.services, archivers: sharedArchivers(), ...changes },
    onProgress: () => {},
    signal,
    close,
  };
}
