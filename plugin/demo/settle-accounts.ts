import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import type { HomeOwner } from './apply-changes.ts';
import { databaseServerSettings } from './database/server-files.ts';
import { demoAccounts } from './demo-accounts.ts';
import { databaseName } from './site-settings.ts';

/** A customer of the demo on this machine. */
export interface SettledAccount extends HomeOwner {
  readonly name: string;
}

export interface DemoUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Makes the homes and the list of accounts in the demo's folder. As root each customer has a uid of its own that
 * nobody on this machine has; otherwise everything belongs to `user`.
 * @throws {Failure} `state-unsafe`.
 */
export function settleAccounts(folder: string, user: DemoUser): SettledAccount[] {
  const first = user.uid === 0 ? findFreeIds(readFileSync('/etc/passwd', 'utf8')) : undefined;
  const settled = demoAccounts.map(({ name }, index) => {
    const ids = first === undefined ? user : { uid: first + index, gid: first + index };
    return { ...ids, name, home: join(folder, 'homes', name), gives: first !== undefined };
  });
  mkdirSync(join(folder, 'homes'), { mode: 0o755 });
  if (first !== undefined) refuseClosed(folder, first);
  for (const account of settled) makeHome(account);
  mkdirSync(join(folder, 'backup'), { mode: 0o700 });
  const accounts = settled.map(({ name, uid, gid, home }) => {
    const { language, domain } = demoAccounts.find((account) => account.name === name) ?? {};
    return { name, uid, gid, home, language, email: `info@${domain}`, databases: [databaseName(name)] };
  });
  writeFileSync(join(folder, 'accounts.json'), `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600 });
  return settled;
}

/** Uids in a row that are in nobody's line of passwd(5): one for each customer, and one for the server of databases. */
export function findFreeIds(passwd: string): number {
  const taken = new Set(passwd.split('\n').flatMap((line) => line.split(':').slice(2, 4).map(Number)));
  let first = 20_001;
  while ([0, ...demoAccounts.map((_, index) => index + 1)].some((index) => taken.has(first + index))) first += 100;
  return first;
}

/** @throws {Failure} `state-unsafe` unless a customer gets through to the folder. */
function refuseClosed(folder: string, uid: number): void {
  const { status } = spawnSync('test', ['-x', join(folder, 'homes')], { uid, gid: uid, cwd: '/', stdio: 'ignore' });
  if (status === 0) return;
  const problem = 'the customers of the demo, who are users of their own, cannot get through to it';
  throw new Failure('state-unsafe', { path: folder, problem, mend: 'npm start -- --folder /var/lib/larder-demo' });
}

function makeHome({ home, uid, gid, gives }: SettledAccount): void {
  mkdirSync(home, { mode: 0o711 });
  if (gives) chownSync(home, uid, gid);
}

/**
 * Writes the configuration. @param port on which the pages are served; others may have taken the one of last time.
 * @param hasDatabases whether the demo's own server of databases runs.
 */
export function writeSettings(folder: string, port: number, hasDatabases: boolean): void {
  const databases = hasDatabases ? databaseServerSettings(folder) : '';
  writeFileSync(join(folder, 'larder.toml'), settings(folder, port) + databases, { mode: 0o600 });
}

function settings(folder: string, port: number): string {
  const quoted = JSON.stringify(folder).slice(1, -1);
  return `# Made by npm start.
state = "${quoted}/state"
run = "${quoted}/run"
[panel]
kind = "demo"
accounts = "accounts.json"
[metadata]
url = "sqlite:metadata.db"
[[destinations]]
name = "local"
kind = "local"
path = "${quoted}/backup"
[mail]
from = "Larder <backups@demo.example>"
folder = "${quoted}/mails"
[alerts]
emails = ["host@demo.example"]
[reports]
emails = ["host@demo.example"]
[schedule]
system = false # this machine is not the demo's
[web]
url = "http://127.0.0.1:${port}"
listen = "127.0.0.1:${port}"
`;
}
