import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Services } from '../../plugin/actions/services.ts';
import type { AskedSite } from '../../plugin/domain/site-answer.ts';
import { openSiteAsker } from '../../plugin/sources/php/site-asker.ts';
import { isRoot } from './backup-site.ts';

/** As whom drills of this test file run what they restored: others would count among his processes. */
export const drillUid = 1_000_000 + process.pid;

/** Whether restored sites can be run here; else why not. */
export const needsPhp = !isRoot ? 'needs root' : existsSync('/usr/bin/php-cgi') ? false : 'needs php-cgi and php-mysql';

/** A small site that does what WordPress does at its beginning: settings, database, its own address, a page. */
export const smallSite = `<?php
require __DIR__ . '/wp-config.php';
mysqli_report(MYSQLI_REPORT_OFF);
$db = @mysqli_connect(DB_HOST, DB_USER, DB_PASSWORD, DB_NAME);
if (!$db) { http_response_code(500); die('<h1>Error establishing a database connection</h1>'); }
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
$rows = mysqli_query($db, "SELECT option_value FROM wp_options WHERE option_name = 'siteurl'");
$url = mysqli_fetch_row($rows)[0];
if ('https://' . $_SERVER['HTTP_HOST'] !== $url) { header("Location: $url/", true, 301); exit; }
echo '<h1>' . htmlspecialchars($url) . '</h1>';
`;

/** One that goes on without what a table holds, as WordPress does where it only lists what is there. */
export const forgivingSite = `<?php
require __DIR__ . '/wp-config.php';
mysqli_report(MYSQLI_REPORT_OFF);
$db = mysqli_connect(DB_HOST, DB_USER, DB_PASSWORD, DB_NAME);
if (!mysqli_query($db, 'SELECT 1 FROM wp_options')) error_log('WordPress database error ' . mysqli_error($db) . ' for query');
echo '<h1>Nothing found</h1>';
`;

export function wpConfig(
  database: string,
  more: { readonly user?: string; readonly password?: string; readonly host?: string } = {},
): string {
  const { user = database, password = 'Geheim-1', host = 'localhost' } = more;
  const constants = { DB_NAME: database, DB_USER: user, DB_PASSWORD: password, DB_HOST: host };
  return `<?php\n${Object.entries(constants)
    .map(([name, value]) => `define( '${name}', '${value}' );`)
    .join('\n')}\n`;
}

/** @param files by their paths below the folder. */
export function writeSite(folder: string, files: { readonly [path: string]: string }): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** What sites answered, by their folders: a report tells only what that means. */
export function watchAnswers(): {
  readonly openSiteAsker: Services['openSiteAsker'];
  readonly answers: ReadonlyMap<string, AskedSite>;
} {
  const answers = new Map<string, AskedSite>();
  const openWatched: Services['openSiteAsker'] = async (...words) => {
    const asker = await openSiteAsker(...words);
    if (typeof asker === 'string') return asker;
    return {
      extensions: asker.extensions,
      async ask(site) {
        const asked = await asker.ask(site);
        answers.set(site.folder, asked);
        return asked;
      },
    };
  };
  return { openSiteAsker: openWatched, answers };
}

/** Runs PHP as the drill's user, and leaves everything else out that a drill does to hold it. @returns what it printed. */
export function runNaively(context: TestContext, code: string): string {
  const folder = openFolder(context);
  const script = join(folder, 'index.php');
  writeFileSync(script, code);
  chmodSync(script, 0o644);
  const user = [`--reuid=${drillUid}`, `--regid=${drillUid}`, '--clear-groups'];
  return execFileSync('setpriv', [...user, '--', 'php-cgi', '-q', '-f', script], { encoding: 'utf8', cwd: '/' });
}

/** A folder that everybody may look into, and the drill's user write in. */
export function openFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-open-'));
  chmodSync(folder, 0o755);
  chownSync(folder, drillUid, drillUid);
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A process of the drill's user that does nothing. It is ended with the test. */
export async function startNeighbour(context: TestContext): Promise<ChildProcess> {
  const neighbour = spawn('setpriv', [`--reuid=${drillUid}`, `--regid=${drillUid}`, '--clear-groups', '--', 'cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  context.after(() => void neighbour.kill('SIGKILL'));
  const hasBecome = new Promise((resolve) => neighbour.stdout.once('data', resolve));
  neighbour.stdin.write('x'); // what comes back says that the user was changed
  await hasBecome;
  return neighbour;
}

/** Ids of processes in whose command line a word stands. */
export function processesWith(word: string): number[] {
  return globSync('/proc/[0-9]*/cmdline').flatMap((path) => {
    try {
      return readFileSync(path, 'utf8').split('\0').includes(word) ? [Number(path.split('/')[2])] : [];
    } catch {
      return []; // it has ended since
    }
  });
}
