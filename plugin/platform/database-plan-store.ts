import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabasePlanStore } from '../contracts/database-plan-store.ts';
import type { StoredDatabasePlan } from '../domain/database-plan.ts';
import { parseGeneration, type Generation } from '../domain/ids.ts';
import { replaceFile } from './atomic-file.ts';
import { hasErrorCode } from './error-code.ts';
import { ensurePrivateFolder, readPrivateFile } from './private-file.ts';

const idPattern = /^[a-z0-9]{20}$/;
const ending = '.json';

/** Plans below `<state>/database-plans/<generation>/`, each a file of JSON, mode 0600. */
export function openDatabasePlanStore(state: string): DatabasePlanStore {
  const top = join(state, 'database-plans');
  const find = async (generation: Generation, id: string): Promise<StoredDatabasePlan | undefined> => {
    const content = idPattern.test(id) ? readWhole(join(top, generation, id + ending)) : undefined;
    return content === undefined ? undefined : (JSON.parse(content.toString('utf8')) as StoredDatabasePlan);
  };
  return {
    find,
    async save(generation, plan) {
      ensurePrivateFolder(top);
      ensurePrivateFolder(join(top, generation));
      await replaceFile(join(top, generation, checkId(plan.id) + ending), JSON.stringify(plan), 0o600);
    },
    async list(generation) {
      const ids = listNames(join(top, generation)).map((name) => name.slice(0, -ending.length));
      const plans = await Promise.all(ids.map((id) => find(generation, id)));
      return plans.filter((plan) => plan !== undefined);
    },
    async generations() {
      return listNames(top).flatMap((name) => (/^[0-9a-f]{32}$/.test(name) ? [parseGeneration(name)] : []));
    },
    async remove(generation, id) {
      rmSync(join(top, generation, checkId(id) + ending), { force: true });
    },
  };
}

/** Ids come from the store's own callers; whatever else gets here is a bug, and must not become a path. */
function checkId(id: string): string {
  if (!idPattern.test(id)) throw new TypeError('a plan has an impossible id');
  return id;
}

function readWhole(file: string): Buffer | undefined {
  try {
    return readPrivateFile(file);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
}
