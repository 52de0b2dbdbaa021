import { chown, mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { settle, warmUp } from '../measure/disk.ts';
import { runScript } from '../measure/run-script.ts';
import { generate } from '../workload/generate.ts';
import type { BackedUpAccount, Keeper, Tool } from '../peers/tool.ts';
import type { AccountSpec } from '../workload/account-spec.ts';
import type { Bench } from './scenario.ts';

/** Where the generated homes of a scenario are. */
export function homesOf(bench: Bench): string {
  return `${bench.folder}/homes`;
}

/** Sets `tool` to work on `accounts` in a new folder, with empty repositories. Not part of any measurement. */
export async function employ(tool: Tool, accounts: readonly BackedUpAccount[], bench: Bench): Promise<Keeper> {
  const owned = accounts.map(({ name, home, uid }) => ({ name, home, uid: effectiveUid(uid) }));
  await mkdir(`${bench.folder}/tools`, { recursive: true, mode: 0o755 });
  const keeper = tool.employ({ folder: await mkdtemp(`${bench.folder}/tools/${tool.name}-`), accounts: owned });
  await runScript(await keeper.prepare(), bench.stage);
  return keeper;
}

/** Every tool of the bench at work, with one night kept, so that later nights have something to compare with. */
export async function keepFirstNight(accounts: readonly BackedUpAccount[], bench: Bench): Promise<readonly Keeper[]> {
  const keepers: Keeper[] = [];
  for (const tool of bench.tools) {
    bench.say(`${tool.name}: first night, not measured`);
    const keeper = await employ(tool, accounts, bench);
    await runScript(keeper.backUp(), bench.stage);
    keepers.push(keeper);
  }
  return keepers;
}

/** What every timed run starts from: files read once, nothing left to write. */
export async function calmDown(folder: string, bench: Bench): Promise<void> {
  await warmUp(folder, bench.stage);
  await settle(bench.stage);
}

/** Makes the home folders of accounts whose content is generated in parts. */
export async function makeHomes(accounts: readonly BackedUpAccount[]): Promise<void> {
  for (const account of accounts) {
    await mkdir(dirname(account.home), { recursive: true, mode: 0o755 });
    await makeOwnedFolder(account.home, account);
  }
}

/** Lets day number `day` pass in the homes of `accounts`. */
export async function passDays(
  kind: 'day' | 'day-of-dumps',
  accounts: readonly AccountSpec[],
  day: number,
  bench: Bench,
): Promise<void> {
  const works = accounts.map((account) => ({ name: kind, account, day }));
  await generate(works, bench.stage.signal);
}

/** An empty folder that belongs to the account. */
export async function makeOwnedFolder(path: string, account: BackedUpAccount): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o755 });
  if (process.getuid?.() === 0) await chown(path, account.uid, account.uid);
}

/** @throws {Error} unless as many files are below `restored` as below `home`: a fast restore must also be whole. */
export async function requireAllFiles(restored: string, home: string): Promise<void> {
  const [found, expected] = [await countFiles(restored), await countFiles(home)];
  if (found !== expected) throw new Error(`${restored} has ${String(found)} files, not ${String(expected)}`);
}

/** All that is no folder. */
export async function countFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => !entry.isDirectory()).length;
}

function effectiveUid(uid: number): number {
  const own = process.getuid?.() ?? 0;
  return own === 0 ? uid : own;
}
