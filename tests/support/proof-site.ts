import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { performRequest } from '../../plugin/actions/perform-request.ts';
import type { Services } from '../../plugin/actions/services.ts';
import type { Answer, Request } from '../../plugin/protocol/requests.ts';
import { giveAway, makeInstallation, type Installation } from './installation.ts';
import { giveDatabases } from './database-account.ts';
import { openInstallation } from './open-installation.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A real installation with one account `u1` that has a WordPress-like site, driven in this process. */
export interface ProofSite {
  readonly folder: string;
  readonly home: string;
  readonly services: Services;
  perform<Kind extends Request['kind']>(request: Extract<Request, { kind: Kind }>): Promise<Answer<Kind>>;
  /** A backup of everything. @returns the restore point's id. */
  backUp(): Promise<string>;
  /** Packs of the account's repository. */
  packs(): string[];
}

/** @param settings more of `larder.toml`; `FOLDER` stands for the site's. @param databases that the panel says the account has. */
export async function openProofSite(
  context: TestContext,
  changes: Partial<Services> = {},
  settings = '',
  databases: readonly string[] = [],
): Promise<ProofSite> {
  const folder = temporaryFolder(context);
  const larder = makeInstallation(folder, 1, 'together');
  const [home = ''] = larder.homes;
  addSettings(larder, settings.replaceAll('FOLDER', folder));
  if (databases.length > 0) giveDatabases(folder, databases);
  fillHome(home);
  larder.succeed('init', '--no-input', '--yes');
  const performing = await openInstallation(context, larder, changes);
  const site: ProofSite = {
    folder,
    home,
    services: performing.services,
    perform: (request) => performRequest(performing, request),
    async backUp() {
      giveAway(home, 20_001);
      const report = await site.perform({ kind: 'backup', account: 'u1', paths: [], label: undefined });
      if (report.snapshotId === undefined) throw new Error(`the backup failed: ${JSON.stringify(report.failure)}`);
      return report.snapshotId;
    },
    packs: () => packsBelow(`${folder}/backup`),
  };
  return site;
}

function addSettings({ folder }: Installation, settings: string): void {
  writeFileSync(`${folder}/larder.toml`, settings, { flag: 'a' });
}

function fillHome(home: string): void {
  for (const [path, content] of [
    ['public_html/wp-includes/version.php', '<?php $wp_version = "6.8";'],
    ['public_html/wp-config.php', '<?php define("DB_NAME", "shop");'],
    ['public_html/index.php', '<?php require "wp-blog-header.php";'],
    ['public_html/εικόνες/μενού.jpg', randomBytes(70_000)],
    ['mail/inbox', 'Καλημέρα\n'.repeat(500)],
  ] as const) {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), content);
  }
}

function packsBelow(backups: string): string[] {
  const [repository = ''] = readdirSync(backups);
  const data = join(backups, repository, 'data');
  return readdirSync(data).flatMap((folder) => readdirSync(join(data, folder)).map((pack) => join(data, folder, pack)));
}
