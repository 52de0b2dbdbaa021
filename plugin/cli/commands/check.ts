import type { CheckFinding, CheckReport } from '../../protocol/upkeep.ts';
import type { Command } from '../command.ts';
import { namedBy } from '../from-option.ts';
import type { Page } from '../page.ts';
import { shortId, showText } from '../show-text.ts';

export const checkCommand: Command = {
  name: 'check',
  usage: '[--read-data] [--from DESTINATION]',
  arguments: { least: 0, most: 0 },
  options: ['read-data', 'from'],
  account: 'optional',
  audience: 'administrator',
  run: async (given, { page, perform }) => {
    const account = given.account === '' ? undefined : given.account;
    const answer = await perform<'check'>({
      kind: 'check',
      account,
      readData: given.has('read-data'),
      ...namedBy(given, 'from', 'from'),
    });
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
  const hints = groupByKind(report.hints).flatMap((group) => {
    return describeGroup(group, page, (finding) => [`    ${page.paint('grey', describeFinding(finding, page))}`]);
  });
  const damage = groupByKind(report.damage).flatMap((group) => {
    return describeGroup(group, page, (finding) => describeDamage(finding, page));
  });
  const line = texts.say(isWhole ? 'check.whole' : 'check.damaged', facts);
  return [page.mark(isWhole ? 'good' : 'bad', line), ...damage, ...hints];
}

/** More of a kind are only counted: all are in the JSON. */
const findingsShown = 5;
const pathsShown = 5;
const pointsShown = 3;

function groupByKind(findings: readonly CheckFinding[]): CheckFinding[][] {
  return [...Map.groupBy(findings, ({ kind }) => kind).values()];
}

function describeGroup(group: CheckFinding[], page: Page, describeOne: (finding: CheckFinding) => string[]): string[] {
  const shown = group.slice(0, findingsShown);
  const hidden = group.slice(findingsShown).reduce((sum, { object }) => sum + countOf(object), 0);
  const more = hidden === 0 ? [] : [`    ${page.texts.say('coverage.more', { count: hidden })}`];
  return [...shown.flatMap(describeOne), ...more];
}

/** The last of very many stands for those that were not listed: `85 more`. */
function countOf(object: string): number {
  const rest = /^(\d+) more$/.exec(object);
  return rest === null ? 1 : Number(rest[1]);
}

function describeDamage(finding: CheckFinding, page: Page): string[] {
  const { texts } = page;
  const paths = finding.paths.slice(0, pathsShown).map((path) => page.paint('grey', `      ${showText(path)}`));
  const more = finding.paths.length - paths.length;
  return [
    `    ${page.paint('red', describeFinding(finding, page))}`,
    ...(finding.points.length === 0 ? [] : [`      ${describePoints(finding.points, page)}`]),
    ...paths,
    ...(more > 0 ? [`      ${texts.say('coverage.more', { count: more })}`] : []),
  ];
}

function describePoints(ids: readonly string[], { texts }: Page): string {
  const shown = ids.slice(0, pointsShown).map(shortId).join(', ');
  return texts.say('check.affects', { count: ids.length, points: ids.length > pointsShown ? `${shown} …` : shown });
}

/** The sentence `finding.<kind>`; a kind without one is told by its name. */
function describeFinding({ kind, object }: CheckFinding, { texts }: Page): string {
  const key = `finding.${kind}`;
  return texts.has(key)
    ? texts.say(key, { object: shortObject(object) })
    : texts.say('check.finding', { kind, object });
}

const idShown = 12;

/** `pack 1f00aa22…` as `1f00aa22…`: the sentence says what it is. */
function shortObject(object: string): string {
  const [, id = object] = /^[a-z]+ ([0-9a-f]{64})$/.exec(object) ?? [];
  return id === object ? object : id.slice(0, idShown);
}
