import type { CheckFinding, CheckReport } from '../../protocol/requests.ts';
import { shortId } from '../backup-lines.ts';
import type { Command } from '../command.ts';
import type { Page } from '../page.ts';
import { showText } from '../show-text.ts';

export const checkCommand: Command = {
  name: 'check',
  usage: '[--read-data]',
  arguments: { least: 0, most: 0 },
  options: ['read-data'],
  account: 'optional',
  run: async (given, { page, perform }) => {
    const account = given.account === '' ? undefined : given.account;
    const answer = await perform<'check'>({ kind: 'check', account, readData: given.has('read-data') });
    const isDamaged = answer.repositories.some(({ damage }) => damage.length > 0);
    return {
      schema: 'larder/check/1',
      answer,
      exitCode: isDamaged ? 9 : 0,
      lines: answer.repositories.flatMap((report) => describe(report, page)),
      notes: answer.repositories.length === 0 ? [page.texts.say('repositories.none')] : [],
    };
  },
};

function describe(report: CheckReport, page: Page): string[] {
  const { texts } = page;
  const facts = {
    account: report.account,
    destination: report.destination,
    points: texts.say('check.points', { count: report.points }),
    packs: texts.say('check.packs', { count: report.packs }),
    read: report.bytesRead === 0 ? '' : texts.say('check.read', { size: page.size(report.bytesRead) }),
  };
  const isWhole = report.damage.length === 0;
  const hints = report.hints.map((finding) => `    ${page.paint('grey', describeFinding(finding, page))}`);
  const damage = report.damage.flatMap((finding) => describeDamage(finding, page));
  const line = texts.say(isWhole ? 'check.whole' : 'check.damaged', facts);
  return [page.mark(isWhole ? 'good' : 'bad', line), ...damage, ...hints];
}

const pathsShown = 5;

function describeDamage(finding: CheckFinding, page: Page): string[] {
  const { texts } = page;
  const points = finding.points.map(shortId).join(', ');
  const paths = finding.paths.slice(0, pathsShown).map((path) => page.paint('grey', `      ${showText(path)}`));
  const more = finding.paths.length - paths.length;
  return [
    `    ${page.paint('red', describeFinding(finding, page))}`,
    ...(points === '' ? [] : [`      ${texts.say('check.affects', { count: finding.points.length, points })}`]),
    ...paths,
    ...(more > 0 ? [`      ${texts.say('coverage.more', { count: more })}`] : []),
  ];
}

/** The sentence `finding.<kind>`; a kind without one is told by its name. */
function describeFinding({ kind, object }: CheckFinding, { texts }: Page): string {
  const key = `finding.${kind}`;
  return texts.has(key) ? texts.say(key, { object }) : texts.say('check.finding', { kind, object });
}
