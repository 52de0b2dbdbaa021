import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Answer } from '../../plugin/protocol/requests.ts';
import { openHistorySite, type HistorySite } from './history-site.ts';
import { giveAway } from './installation.ts';
import { pathBytes } from './recorded-points.ts';

/** An account `u1` with five restore points, the last of its mail only; `u2` with one; `u3` with none. */
export interface KeptHistory {
  readonly site: HistorySite;
  /** Of `u1`. */
  readonly home: string;
  /** Of `u1`, oldest first. */
  readonly points: readonly string[];
  /** Gives each home to its account: only what is an account's is backed up, and looked at. */
  giveAll(): void;
  /** @returns the restore point's id. */
  backUp(account?: string, paths?: readonly string[]): Promise<string>;
  find(name: string, point?: string, account?: string): Promise<Answer<'find'>>;
  versions(path: string): Promise<Answer<'versions'>>;
}

/** Makes it below an empty folder. */
export async function keepHistory(folder: string): Promise<KeptHistory> {
  const site = await openHistorySite(folder, 3);
  const kept = historyOf(site);
  return { ...kept, points: await passDays(kept) };
}

/** Text of a path as it travels. */
export const text = (path: string): string => Buffer.from(path, 'base64').toString();

/** Written as if long ago, so that the next backup trusts what it sees. */
export function write(home: string, name: string, content: string, seconds = 1_700_000_000): void {
  mkdirSync(dirname(`${home}/${name}`), { recursive: true });
  writeFileSync(`${home}/${name}`, content);
  utimesSync(`${home}/${name}`, seconds, seconds);
}

function historyOf(site: HistorySite): Omit<KeptHistory, 'points'> {
  const giveAll = (): void => {
    for (const [at, one] of site.homes.entries()) giveAway(one, 20_001 + at);
  };
  return {
    site,
    home: site.homes[0] ?? '',
    giveAll,
    async backUp(account = 'u1', paths = []) {
      giveAll();
      const words = { account, paths: paths.map((path) => pathBytes(path)), label: undefined };
      const { snapshotId } = await site.perform({ kind: 'backup', ...words });
      assert.ok(snapshotId !== undefined);
      return snapshotId;
    },
    find: (name, point, account = 'u1') => site.perform({ kind: 'find', account, name, point, limit: 100 }),
    versions: (path) => site.perform({ kind: 'versions', account: 'u1', path: pathBytes(path) }),
  };
}

async function passDays({ site, home, backUp }: Omit<KeptHistory, 'points'>): Promise<string[]> {
  write(home, 'public_html/Menu.pdf', 'first menu');
  write(home, 'public_html/index.php', '<?php 1');
  write(home, 'mail/inbox/1', 'mail');
  symlinkSync('Menu.pdf', `${home}/public_html/menu-link`);
  const points = [await backUp(), await backUp()];
  write(home, 'public_html/index.php', '<?php 22', 1_700_000_100);
  write(home, 'public_html/new.php', 'new');
  points.push(await backUp());
  rmSync(`${home}/public_html/Menu.pdf`);
  points.push(await backUp(), await backUp('u1', ['mail']));
  write(site.homes[1] ?? '', 'secret-menu.pdf', 'of another customer');
  await backUp('u2');
  return points;
}
