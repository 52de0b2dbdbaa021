import { join } from 'node:path';
import type { DestinationTests } from '../contracts/destination-tests.ts';
import { replaceFile } from './atomic-file.ts';
import { ensurePrivateFolder, readPrivateFile } from './private-file.ts';

/** Files of JSON in `<state>/destinations/`, mode 0600. What they hold is what was saved: nobody else writes there. */
export function openDestinationTests<Found>(state: string): DestinationTests<Found> {
  const folder = join(state, 'destinations');
  const fileOf = (destination: string): string => join(folder, `${destination}.json`);
  return {
    async load(destination) {
      const content = readPrivateFile(fileOf(destination));
      return content === undefined ? undefined : parse<Found>(content.toString('utf8'));
    },
    async save(destination, found) {
      ensurePrivateFolder(folder);
      await replaceFile(fileOf(destination), JSON.stringify(found), 0o600);
    },
  };
}

function parse<Found>(text: string): Found | undefined {
  try {
    return JSON.parse(text) as Found;
  } catch {
    return undefined;
  }
}
