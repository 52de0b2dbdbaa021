import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanStore } from '../contracts/plan-store.ts';
import { Failure } from '../domain/failure.ts';
import type { Generation } from '../domain/ids.ts';
import { parsePlanLine, planLine } from '../domain/plan-line.ts';
import type { PlannedEntry } from '../domain/planned-entry.ts';
import type { StoredPlan } from '../domain/stored-plan.ts';
import { lockAccount } from './account-lock.ts';
import { replaceFile } from './atomic-file.ts';
import { hasErrorCode } from './error-code.ts';
import { ensurePrivateFolder, readPrivateFile } from './private-file.ts';

const idPattern = /^[a-z0-9]{20}$/;
/** Beside a plan's own words lie its entries; they are read only when they are needed. */
const planEnding = '.json';
const entriesEnding = '.entries';
/** Lines are joined in pieces: one text of all could be longer than a text may be. */
const linesAtOnce = 10_000;
const largestEntries = 512 * 1024 * 1024;

/** Plans below `<state>/plans/<generation>/`: for each a file of JSON and one of its entries, line by line, mode 0600. */
export function openPlanStore(state: string): PlanStore {
  const top = join(state, 'plans');
  const at = (generation: Generation, id: string, ending: string): string => join(top, generation, id + ending);
  const makeFolder = (generation: Generation): void => {
    ensurePrivateFolder(top);
    ensurePrivateFolder(join(top, generation));
  };
  const find = async (generation: Generation, id: string): Promise<StoredPlan | undefined> => {
    if (!idPattern.test(id)) return undefined;
    const content = readWhole(at(generation, id, planEnding));
    return content === undefined ? undefined : (JSON.parse(content.toString('utf8')) as StoredPlan);
  };
  const update = async (generation: Generation, plan: StoredPlan): Promise<void> => {
    makeFolder(generation);
    await replaceFile(at(generation, checkId(plan.id), planEnding), JSON.stringify(plan), 0o600);
  };
  return {
    find,
    update,
    async save(generation, plan, entries) {
      makeFolder(generation);
      await replaceFile(at(generation, checkId(plan.id), entriesEnding), formatEntries(entries), 0o600);
      await update(generation, plan);
    },
    async entries(generation, id) {
      if (!idPattern.test(id)) return undefined;
      const content = readWhole(at(generation, id, entriesEnding));
      return content === undefined ? undefined : parseEntries(content);
    },
    async list(generation) {
      const plans = await Promise.all(listIds(join(top, generation)).map((id) => find(generation, id)));
      return plans.filter((plan) => plan !== undefined);
    },
    async remove(generation, id) {
      for (const ending of [planEnding, entriesEnding]) rmSync(at(generation, checkId(id), ending), { force: true });
    },
    async lock(generation, account) {
      makeFolder(generation);
      return lockAccount(join(top, generation, 'lock'), account);
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

function formatEntries(entries: readonly PlannedEntry[]): Buffer {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (let at = 0; at < entries.length; at += linesAtOnce) {
    const lines = entries.slice(at, at + linesAtOnce).map((entry) => `${planLine(entry)}\n`);
    const piece = Buffer.from(lines.join(''));
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > largestEntries) {
      throw new Failure('restore-refused', { problem: 'the plan would be too long', mend: 'choose fewer folders' });
    }
  }
  return Buffer.concat(pieces);
}

function parseEntries(content: Buffer): PlannedEntry[] {
  const entries: PlannedEntry[] = [];
  for (let start = 0; start < content.length;) {
    const end = content.indexOf(0x0a, start);
    if (end < 0) throw new TypeError('a plan ends in the middle of a line');
    entries.push(parsePlanLine(content.toString('utf8', start, end)));
    start = end + 1;
  }
  return entries;
}

function listIds(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(planEnding))
      .map((name) => name.slice(0, -planEnding.length))
      .filter((id) => idPattern.test(id));
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
}
