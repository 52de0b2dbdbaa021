import type { ExportedKeys } from '../protocol/keys.ts';
import type { Page } from './page.ts';
import { quoteForShell } from './quote-for-shell.ts';

/** What stock restic needs beside the password to reach a kind of place. */
const needed = {
  local: undefined,
  s3: 'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY',
  sftp: 'ssh',
} as const;

/** Lines that a shell takes with `.`: the first repository is set, the others are there as comments. */
export function writeExportedKeys({ account, password, repositories }: ExportedKeys, page: Page): string[] {
  const { texts } = page;
  const lines = repositories.flatMap(({ destination, kind, location }, index) => {
    const also = needed[kind];
    const how = also === undefined ? [] : [`# ${texts.say('keys.export.needs', { needed: also })}`];
    const line = `export RESTIC_REPOSITORY=${quoteForShell(location)}`;
    return ['', `# ${destination}`, ...how, index === 0 ? line : `# ${line}`];
  });
  return [
    `# ${texts.say('keys.export.title', { account })}`,
    `# ${texts.say('keys.export.secret')}`,
    `# ${texts.say('keys.export.use')}`,
    '',
    `export RESTIC_PASSWORD=${quoteForShell(password)}`,
    ...lines,
  ];
}
