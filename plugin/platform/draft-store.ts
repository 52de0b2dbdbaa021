import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DraftStore } from '../contracts/draft-store.ts';
import type { Draft } from '../domain/draft.ts';
import { replaceFile } from './atomic-file.ts';
import { ensurePrivateFolder, readPrivateFile } from './private-file.ts';

const idPattern = /^[a-z0-9]{20}$/;
/** Of one account. */
const mostKept = 50;

/** Drafts below `<state>/drafts/<generation>/`, a file of JSON each, mode 0600. */
export function openDraftStore(state: string): DraftStore {
  const top = join(state, 'drafts');
  return {
    async find(generation, id) {
      if (!idPattern.test(id)) return undefined;
      const content = readPrivateFile(join(top, generation, `${id}.json`));
      return content === undefined ? undefined : (JSON.parse(content.toString('utf8')) as Draft);
    },
    async save(generation, draft) {
      if (!idPattern.test(draft.id)) throw new TypeError('a draft has an impossible id');
      const folder = join(top, generation);
      ensurePrivateFolder(top);
      ensurePrivateFolder(folder);
      await replaceFile(join(folder, `${draft.id}.json`), JSON.stringify(draft), 0o600);
      removeOldest(folder);
    },
  };
}

function removeOldest(folder: string): void {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  if (names.length <= mostKept) return;
  const byAge = names
    .map((name) => ({ name, time: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((one, other) => other.time - one.time);
  for (const { name } of byAge.slice(mostKept)) rmSync(join(folder, name), { force: true });
}
