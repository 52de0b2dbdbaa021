import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { giveAway, makeInstallation, type Commands, type Installation } from './installation.ts';
import type { PrivateRadosgw } from './radosgw.ts';
import { temporaryFolder } from './temporary-folder.ts';

const larder = fileURLToPath(new URL('../../plugin/bin/larder', import.meta.url));

export interface CopyLine {
  readonly account: string;
  readonly outcome: string;
  readonly failure: { readonly code: string; readonly facts: { readonly [name: string]: unknown } } | null;
  readonly points: number;
  readonly pointsSent: number;
  readonly packsSent: number;
  readonly lockedUntil: string | null;
}

let number = 0;

/**
 * Adds a destination on the test's own server to `larder.toml`, with a prefix of its own.
 * @param more further lines of it; one for archives is called `vault`. @returns the prefix.
 */
export function addS3(
  server: PrivateRadosgw,
  folder: string,
  more: readonly string[] = [],
  endpoint = server.endpoint,
): string {
  number += 1;
  const prefix = `p${number}`;
  const name = more.some((line) => line === 'role = "archives"') ? 'vault' : 'cloud';
  const key = `${folder}/${name === 'cloud' ? 's3' : name}-key.toml`;
  const { accessKeyId, secretAccessKey } = server;
  writeFileSync(key, `access_key_id = "${accessKeyId}"\nsecret_access_key = "${secretAccessKey}"\n`, { mode: 0o600 });
  const lines = ['[[destinations]]', `name = "${name}"`, 'kind = "s3"', 'preset = "ceph"', `endpoint = "${endpoint}"`];
  const place = more.some((line) => line.startsWith('bucket')) ? [] : ['bucket = "copies"'];
  const rest = [...place, `prefix = "${prefix}"`, `credentials_file = "${key}"`, ...more];
  appendFileSync(`${folder}/larder.toml`, `${[...lines, ...rest].join('\n')}\n`);
  return prefix;
}

/** The repositories lie on S3 and nowhere else; there is one restore point of each account. */
export function keepOnS3Alone(server: PrivateRadosgw, site: Installation): void {
  const file = `${site.folder}/larder.toml`;
  const settings = readFileSync(file, 'utf8');
  writeFileSync(file, settings.slice(0, settings.indexOf('[[destinations]]')));
  addS3(server, site.folder);
  site.succeed('init');
  site.succeed('nightly');
}

/** A small site in a home. */
export function fill(home: string, uid: number, bytes = 3_000_000): void {
  mkdirSync(join(home, 'public_html'), { recursive: true });
  writeFileSync(join(home, 'public_html/menu.pdf'), randomBytes(bytes));
  for (let index = 0; index < 20; index += 1) {
    writeFileSync(join(home, 'public_html', `page-${index}.html`), `<h1>${index}</h1>`.repeat(50));
  }
  giveAway(home, uid);
}

/** An installation whose accounts have a small site each. */
export function openCopySite(context: TestContext, accounts = 1, commands: Commands = 'together'): Installation {
  const site = makeInstallation(temporaryFolder(context), accounts, commands);
  for (const [index, home] of site.homes.entries()) fill(home, 20_001 + index);
  return site;
}

export function copy(site: Installation, ...words: string[]): CopyLine[] {
  const { stdout } = site.run('copy', ...words, '--json');
  return (JSON.parse(stdout) as { copies: CopyLine[] }).copies;
}

/** Without holding up the proxy, which lives in the test's process. */
export async function runBeside(
  site: Installation,
  ...words: string[]
): Promise<{ status: number | null; stdout: string }> {
  const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', LARDER_CONFIG: `${site.folder}/larder.toml` };
  const child = spawn(larder, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, stdout };
}

export async function copyBeside(site: Installation): Promise<CopyLine[]> {
  return (JSON.parse((await runBeside(site, 'copy', '--json')).stdout) as { copies: CopyLine[] }).copies;
}

/** How many restore points `u1` has. */
export function pointsOf(site: Installation, ...words: string[]): number {
  const { points } = site.json('--account', 'u1', 'list', ...words);
  return (points as unknown[]).length;
}

export const homeOf = (site: Installation): string => site.homes[0] ?? '';
