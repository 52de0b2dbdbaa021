import type { VerifyReport } from '../../protocol/proof.ts';
import type { Command } from '../command.ts';
import { namedBy } from '../from-option.ts';
import type { Page } from '../page.ts';
import { showText } from '../show-text.ts';

export const verifyCommand: Command = {
  name: 'verify',
  usage: '[--full] [--due] [--repair] [--from DESTINATION]',
  arguments: { least: 0, most: 0 },
  options: ['full', 'due', 'repair', 'from'],
  account: 'optional',
  audience: 'administrator',
  run: async (given, { page, perform }) => {
    const account = given.account === '' ? undefined : given.account;
    const request = { account, full: given.has('full'), due: given.has('due'), repair: given.has('repair') };
    const answer = await perform<'verify'>({ kind: 'verify', ...request, ...namedBy(given, 'from', 'from') });
    const isDamaged = answer.repositories.some(({ damage }) => damage.length > 0);
    return {
      schema: 'larder/verify/1',
      answer,
      exitCode: isDamaged ? 9 : 0,
      lines: answer.repositories.flatMap((report) => describe(report, page)),
      notes: [
        ...(answer.repositories.length === 0 ? [page.texts.say('verify.nothing')] : []),
        ...answer.locked.map((name) => page.mark('warning', page.texts.say('verify.locked', { account: name }))),
      ],
    };
  },
};

const pathsShown = 5;

function describe(report: VerifyReport, page: Page): string[] {
  const { texts } = page;
  const { account, destination, points, damagedPoints, repair } = report;
  const facts = {
    account,
    destination,
    count: points,
    damaged: page.number(damagedPoints),
    size: page.size(report.bytesRead),
    time: page.duration(report.seconds),
  };
  const isWhole = report.damage.length === 0;
  const key = isWhole ? `verify.${report.depth}` : 'verify.damaged';
  const paths = [...new Set(report.damage.flatMap((finding) => finding.paths))];
  const mended =
    repair === undefined
      ? []
      : [page.mark('good', texts.say('verify.repaired', { count: repair.healedPoints, copies: repair.fromCopies }))];
  return [
    page.mark(isWhole ? 'good' : 'bad', texts.say(key, facts)),
    ...paths.slice(0, pathsShown).map((path) => page.paint('grey', `    ${showText(path)}`)),
    ...(paths.length > pathsShown
      ? [page.paint('grey', `    ${texts.say('coverage.more', { count: paths.length - pathsShown })}`)]
      : []),
    ...mended.map((line) => `  ${line}`),
  ];
}
