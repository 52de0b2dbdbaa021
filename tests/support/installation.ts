import { execFileSync, spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isRoot } from './backup-site.ts';

const larder = fileURLToPath(new URL('../../plugin/bin/larder', import.meta.url));

/** A configured Larder in a folder of its own, driven as an administrator drives it: by its command line. */
export interface Installation {
  readonly folder: string;
  readonly homes: readonly string[];
  run(...words: string[]): SpawnSyncReturns<string>;
  /** Runs and demands success. @returns what it printed. */
  succeed(...words: string[]): string;
  /** Runs with `--json` and demands success. */
  json(...words: string[]): Record<string, unknown>;
  start(...words: string[]): ChildProcess;
  /** Stock restic on the repository of an account. */
  restic(account: string, ...words: string[]): SpawnSyncReturns<string>;
}

/** Accounts `u1`, `u2` … with empty homes; as root each has a uid of its own from 20001 on. */
export function makeInstallation(folder: string, accounts: number): Installation {
  chmodSync(folder, 0o755);
  const names = Array.from({ length: accounts }, (_, index) => `u${index + 1}`);
  const listed = names.map((name, index) => {
    const uid = isRoot ? 20_001 + index : (process.getuid?.() ?? 0) + index;
    const gid = isRoot ? uid : (process.getgid?.() ?? 0);
    return { name, uid, gid, home: `${folder}/homes/${name}` };
  });
  for (const { home } of listed) mkdirSync(home, { recursive: true });
  writeFileSync(`${folder}/accounts.json`, JSON.stringify(listed), { mode: 0o600 });
  writeFileSync(`${folder}/larder.toml`, settings(folder), { mode: 0o600 });
  return new FolderInstallation(
    folder,
    listed.map(({ home }) => home),
  );
}

/** One that is there already. */
export function openedInstallation(folder: string, accounts: number): Installation {
  return new FolderInstallation(
    folder,
    Array.from({ length: accounts }, (_, index) => `${folder}/homes/u${index + 1}`),
  );
}

/** Gives all below a home to its account. */
export function giveAway(home: string, uid: number): void {
  if (isRoot) execFileSync('chown', ['-hR', `${uid}:${uid}`, home]);
}

class FolderInstallation implements Installation {
  readonly folder: string;
  readonly homes: readonly string[];

  constructor(folder: string, homes: readonly string[]) {
    this.folder = folder;
    this.homes = homes;
  }

  run(...words: string[]): SpawnSyncReturns<string> {
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

function settings(folder: string): string {
  return `state = "${folder}/state"
run = "${folder}/run"
[panel]
kind = "static"
accounts = "accounts.json"
[metadata]
url = "sqlite:metadata.db"
[[destinations]]
name = "local"
kind = "local"
path = "${folder}/backup"
`;
}
