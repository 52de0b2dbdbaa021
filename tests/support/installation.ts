import { execFileSync, spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isRoot } from './backup-site.ts';
import { typeInOneProcess, type Typed } from './one-process.ts';

const larder = fileURLToPath(new URL('../../plugin/bin/larder', import.meta.url));

/** A configured Larder in a folder of its own, driven as an administrator drives it: by its command line. */
export interface Installation {
  readonly folder: string;
  readonly homes: readonly string[];
  run(...words: string[]): Typed;
  /** Runs and demands success. @returns what it printed. */
  succeed(...words: string[]): string;
  /** Runs with `--json` and demands success. */
  json(...words: string[]): Record<string, unknown>;
  start(...words: string[]): ChildProcess;
  /** Stock restic on the repository of an account. */
  restic(account: string, ...words: string[]): SpawnSyncReturns<string>;
}

/**
 * Whether each command has a process of its own, as on a server, or they share one: where it does not matter, that is
 * much quicker. What is started to be killed has one in any case.
 */
export type Commands = 'apart' | 'together';

/** Accounts `u1`, `u2` … with empty homes; as root each has a uid of its own from 20001 on. */
export function makeInstallation(folder: string, accounts: number, commands: Commands = 'apart'): Installation {
  chmodSync(folder, 0o755);
  const names = Array.from({ length: accounts }, (_, index) => `u${index + 1}`);
  const listed = names.map((name, index) => {
    const uid = isRoot ? 20_001 + index : (process.getuid?.() ?? 0) + index;
    const gid = isRoot ? uid : (process.getgid?.() ?? 0);
    return { name, uid, gid, home: `${folder}/homes/${name}` };
  });
  for (const { home } of listed) mkdirSync(home, { recursive: true });
  writeFileSync(`${folder}/accounts.json`, JSON.stringify(listed), { mode: 0o600 });
  writeFileSync(`${folder}/larder.toml`, settings(folder, commands), { mode: 0o600 });
  const homes = listed.map(({ home }) => home);
  return new FolderInstallation(folder, homes, commands);
}

/** One that is there already. */
export function openedInstallation(folder: string, accounts: number, commands: Commands = 'apart'): Installation {
  const homes = Array.from({ length: accounts }, (_, index) => `${folder}/homes/u${index + 1}`);
  return new FolderInstallation(folder, homes, commands);
}

/** Gives all below a home to its account. */
export function giveAway(home: string, uid: number): void {
  if (isRoot) execFileSync('chown', ['-hR', `${uid}:${uid}`, home]);
}

class FolderInstallation implements Installation {
  readonly folder: string;
  readonly homes: readonly string[];
  readonly #commands: Commands;

  constructor(folder: string, homes: readonly string[], commands: Commands) {
    this.folder = folder;
    this.homes = homes;
    this.#commands = commands;
  }

  run(...words: string[]): Typed {
    if (this.#commands === 'together') return typeInOneProcess(words, this.#environment());
    return spawnSync(larder, words, { env: this.#environment(), encoding: 'utf8', maxBuffer: 2 ** 26 });
  }

  succeed(...words: string[]): string {
    const { status, stdout, stderr } = this.run(...words);
    if (status !== 0) throw new Error(`larder ${words.join(' ')} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  }

  json(...words: string[]): Record<string, unknown> {
    return JSON.parse(this.succeed(...words, '--json')) as Record<string, unknown>;
  }

  start(...words: string[]): ChildProcess {
    return spawn(larder, words, { env: this.#environment(), stdio: 'ignore', detached: true });
  }

  restic(account: string, ...words: string[]): SpawnSyncReturns<string> {
    const { repository, password } = this.json('--account', account, 'keys', 'restic-env');
    const env = { PATH: process.env['PATH'], RESTIC_REPOSITORY: String(repository), RESTIC_PASSWORD: String(password) };
    return spawnSync('restic', ['--no-cache', ...words], { env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  }

  #environment(): NodeJS.ProcessEnv {
    return { PATH: process.env['PATH'], LANG: 'C.UTF-8', LARDER_CONFIG: `${this.folder}/larder.toml` };
  }
}

/** A second one, which helps with large backups, would be started for each small one: that costs more than the backup. */
const oneThread = '[limits]\nparallel = 1\n';

function settings(folder: string, commands: Commands): string {
  return `state = "${folder}/state"
run = "${folder}/run"
[panel]
kind = "static"
accounts = "accounts.json"
[metadata]
url = "sqlite:metadata.db"
${commands === 'together' ? oneThread : ''}[[destinations]]
name = "local"
kind = "local"
path = "${folder}/backup"
`;
}
