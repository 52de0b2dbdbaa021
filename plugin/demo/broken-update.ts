import { brokenPlugin, type DemoAccount } from './demo-accounts.ts';
import { timeOf, type DemoDay } from './demo-day.ts';
import { siteFolder, writeFile, type HomeChange } from './home-change.ts';
import { mailbox, writeMessage } from './mail.ts';
import { packageFiles, packageFolder } from './package-files.ts';
import { seedOf } from './random.ts';
import { wpConfig } from './site-settings.ts';

/** The hour at which Maria's last backup before the update is made, and the one at which it goes wrong. */
export const lastGood = { hour: 9, minute: 12 };
export const breakage = { hour: 10, minute: 5 };

/** An update of the shop that stops half way: files are cut short, missing, or an error page of the download server. */
export function* breakSite(account: DemoAccount, day: DemoDay, share: number): Generator<HomeChange> {
  const at = timeOf(day, breakage.hour, breakage.minute);
  const folder = packageFolder(brokenPlugin);
  const revision = brokenPlugin.versions.length - 1;
  for (const { path, content } of packageFiles(brokenPlugin, revision, share)) {
    const full = `${siteFolder}/${path}`;
    if (path === `${folder}/${brokenPlugin.slug}.php`) yield writeFile(full, content, at);
    else yield* breakFile(full, content, at);
  }
  const left = `${siteFolder}/wp-content/upgrade/${brokenPlugin.slug}-x7QkP2`;
  yield writeFile(`${left}/package.zip.part`, Buffer.alloc(40_000, 'PK'), at);
  yield* triedToMend(account, day);
  yield* complaints(account, day);
}

function* breakFile(path: string, content: string, at: Date): Generator<HomeChange> {
  switch (seedOf('broken', path) % 8) {
    case 0:
      yield { kind: 'remove', path, at };
      return;
    case 1:
      yield writeFile(path, errorPage, at);
      return;
    case 2:
    case 3:
      yield writeFile(path, cutShort(content), at);
      return;
    default: // this file still is the old one
  }
}

const errorPage = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n';

/** In the middle of a word, so that no PHP is right by chance. */
function cutShort(content: string): string {
  return `${content.slice(0, Math.floor(content.length * 0.4)).trimEnd()}$th`;
}

/** Somebody opened the settings in an editor, and made it worse. */
function* triedToMend(account: DemoAccount, day: DemoDay): Generator<HomeChange> {
  const settings = wpConfig(account);
  const worse = settings
    .replace(/define\( 'DB_PASSWORD'.*\n/, "define( 'DB_PASSWORD', ' );\n")
    .replace("define( 'WP_DEBUG', false );", "define( 'WP_DEBUG', true );\ndeactivate_plugins( 'eshop-orders'")
    .slice(0, -60);
  yield writeFile(`${siteFolder}/wp-config.php`, worse, timeOf(day, 10, 31), 0o640);
  const problem =
    'PHP Parse error: syntax error, unexpected end of file in public_html/wp-content/plugins/eshop-orders/includes';
  const lines = Array.from(
    { length: 140 },
    (_, index) => `[${timeOf(day, 10, 6, index * 9).toISOString()}] ${problem} on line ${40 + (index % 90)}\n`,
  );
  yield writeFile(`${siteFolder}/error_log`, lines.join(''), timeOf(day, 10, 31), 0o640);
}

function* complaints(account: DemoAccount, day: DemoDay): Generator<HomeChange> {
  for (const [number, subject] of ['Η σελίδα σας βγάζει σφάλμα', 'Δεν μπορώ να παραγγείλω!'].entries()) {
    const { name, content, at } = writeMessage(account, {
      number: 90 + number,
      at: timeOf(day, 12 + number, 41),
      subject,
    });
    yield writeFile(`${mailbox(account)}/new/${name}`, content, at, 0o600);
  }
}
