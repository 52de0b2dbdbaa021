import { coreFiles } from './core-files.ts';
import type { DemoAccount } from './demo-accounts.ts';
import { dateName, dayBefore, timeOf, type DemoDay } from './demo-day.ts';
import { siteFolder, writeFile, type HomeChange } from './home-change.ts';
import { mailbox, writeMessage } from './mail.ts';
import { packageFiles } from './package-files.ts';
import { createRandom, seedOf } from './random.ts';
import { accessLog, htaccess, wpConfig } from './site-settings.ts';
import { uploadPaper, uploadPhoto } from './uploads.ts';

/** The home as it is when the demo's past begins. @param share from 0 to 1: how much of a whole home. */
export function* firstHome(account: DemoAccount, day: DemoDay, share: number): Generator<HomeChange> {
  yield* firstSite(account, day, share);
  yield* firstUploads(account, day, share);
  yield* firstMail(account, day, share);
  for (let back = 5; back > 0; back--) {
    const before = { ...dayBefore(day.start, back), ago: day.ago + back };
    const log = accessLog(account, before.start, seedOf(account.name, 'log', before.ago));
    yield writeFile(`logs/access-${dateName(before)}.log`, log, timeOf(before, 21, 59), 0o640);
  }
}

function* firstSite(account: DemoAccount, day: DemoDay, share: number): Generator<HomeChange> {
  const installed = daysBefore(day, 64);
  for (const { path, content } of coreFiles(0, share)) yield writeFile(`${siteFolder}/${path}`, content, installed);
  for (const [index, made] of account.packages.entries()) {
    const at = daysBefore(day, 11 + index * 9);
    for (const { path, content } of packageFiles(made, 0, share)) yield writeFile(`${siteFolder}/${path}`, content, at);
  }
  const begun = daysBefore(day, 900);
  yield writeFile(`${siteFolder}/wp-config.php`, wpConfig(account), begun, 0o640);
  yield writeFile(`${siteFolder}/.htaccess`, htaccess, begun);
  yield writeFile(
    `${siteFolder}/robots.txt`,
    `User-agent: *\nSitemap: https://${account.domain}/wp-sitemap.xml\n`,
    begun,
  );
  yield writeFile(`${siteFolder}/wp-content/index.php`, '<?php\n// Silence is golden.\n', begun);
  yield writeFile('.profile', 'umask 022\n', begun);
  yield { kind: 'link', path: 'www', target: siteFolder, at: begun };
}

/** Photos and papers of the last three years. */
function* firstUploads(account: DemoAccount, day: DemoDay, share: number): Generator<HomeChange> {
  const photos = Math.ceil(account.photos * share);
  for (let number = 1; number <= photos; number++) {
    yield* uploadPhoto(account, number, daysBefore(day, 1100 * (1 - number / photos) + 3));
  }
  const papers = Math.ceil(account.papers * share);
  for (let number = 1; number <= papers; number++) {
    yield uploadPaper(account, number, daysBefore(day, 400 * (1 - number / papers) + 1));
  }
}

function* firstMail(account: DemoAccount, day: DemoDay, share: number): Generator<HomeChange> {
  const random = createRandom(seedOf(account.name, 'old mail'));
  const messages = Math.ceil(account.messages * share);
  for (let number = 1; number <= messages; number++) {
    const isSent = random.chance(0.25);
    const at = daysBefore(day, 700 * (1 - number / messages) + 1);
    const { name, content } = writeMessage(account, { number, at, isSent });
    const folder = isSent ? '.Sent/cur' : random.pick(['cur', 'cur', 'cur', '.Archive/cur', '.Junk/cur']);
    yield writeFile(`${mailbox(account)}/${folder}/${name}:2,S`, content, at, 0o600);
  }
  yield writeFile(`${mailbox(account)}/subscriptions`, 'Sent\nArchive\nJunk\n', daysBefore(day, 800), 0o600);
}

/** Some minute of the days before. */
function daysBefore({ start }: DemoDay, days: number): Date {
  return new Date(start.getTime() - Math.floor((days * 24 + 5) * 3600) * 1000);
}
