import { roomForRenewal } from '../domain/plan-renewal.ts';
import type { GoneLine, RenewAllLine } from '../protocol/keys.ts';
import type { Answer } from '../protocol/requests.ts';
import { exitCodeFor, isHeldBack, lacksRoom } from './renew-lines.ts';
import { explainFailure } from './failure-report.ts';
import { describeFormer } from './former-lines.ts';
import type { Page } from './page.ts';
import { showText } from './show-text.ts';

type All = Answer<'keys-renew-all'>;

/**
 * 0 all as they should be, 1 none, 3 anything between. A trial says what the real one would end with. What keeps its keys
 * because its account is gone is not as it should be.
 */
export function exitCodeForAll({ accounts, gone }: Pick<All, 'accounts' | 'gone'>, acceptLoss: boolean): number {
  const good = accounts.filter((line) => isGood(line, acceptLoss)).length;
  if (good === accounts.length + gone.length) return lacksRoomForAll(accounts) ? 3 : 0;
  return good === 0 ? 1 : 3;
}

interface Asked {
  readonly dryRun: boolean;
  readonly acceptLoss: boolean;
}

/** One line for each account, what it comes to, what former keys still open, and what of accounts that are gone. */
export function describeAll({ accounts, gone }: All, asked: Asked, page: Page): string[] {
  const left = describeGone(gone, page);
  if (accounts.length === 0) return [page.texts.say('keys.renewAll.none'), ...left];
  const reports = accounts.flatMap(({ report }) => report ?? []);
  return [
    ...accounts.map((line) => describeOne(line, asked, page)),
    '',
    ...summarise(accounts, asked, page),
    ...describeFormer(reports, page),
    ...left,
  ];
}

function describeGone(gone: readonly GoneLine[], page: Page): string[] {
  if (gone.length === 0) return [];
  const { texts } = page;
  const lines = gone.map(({ account, location }) => {
    return page.mark('bad', texts.say('keys.renewAll.gone', { account: showText(account), location }));
  });
  const names = [...new Set(gone.map(({ account }) => showText(account)))];
  const commands = names.map((account) => texts.say('keys.renewAll.goneAgain', { account }));
  return [...lines, texts.say('keys.renewAll.goneRemove'), ...commands];
}

const isGood = ({ report }: RenewAllLine, acceptLoss: boolean): boolean =>
  report !== undefined && exitCodeFor(report, acceptLoss) === 0;

function describeOne(line: RenewAllLine, { acceptLoss }: Asked, page: Page): string {
  const { texts } = page;
  const account = showText(line.account);
  const { report, failure } = line;
  if (report === undefined) {
    const problem = failure === undefined ? '' : explainFailure(failure.code, failure.facts, texts);
    return page.mark('bad', texts.say('keys.renewAll.failed', { account, problem }));
  }
  const { to, points, bytes, lost } = report;
  const suffering = new Set(lost.flatMap((one) => one.points)).size;
  const facts = { account, to, count: points, size: page.size(bytes), lost: page.number(suffering) };
  if (lacksRoom(report)) return page.mark('bad', texts.say('keys.renewAll.noRoom', facts));
  if (isHeldBack(report, acceptLoss)) return page.mark('bad', texts.say('keys.renewAll.lost', facts));
  const level = lost.length > 0 ? 'warning' : 'good';
  const key = lost.length > 0 && report.outcome === 'renewed' ? 'without' : report.outcome;
  return page.mark(level, texts.say(`keys.renewAll.${key}`, facts));
}

/** All of them need room before the first of the former ones can go. */
function lacksRoomForAll(lines: readonly RenewAllLine[]): boolean {
  const planned = lines.flatMap(({ report }) => (report?.outcome === 'planned' ? [report] : []));
  const free = planned.flatMap(({ freeBytes }) => freeBytes ?? [])[0];
  return free !== undefined && free < neededBytes(lines);
}

function neededBytes(lines: readonly RenewAllLine[]): number {
  return lines.reduce((sum, { report }) => sum + (report === undefined ? 0 : roomForRenewal(report.bytes)), 0);
}

function summarise(lines: readonly RenewAllLine[], { dryRun, acceptLoss }: Asked, page: Page): string[] {
  const { texts } = page;
  const good = lines.filter((line) => isGood(line, acceptLoss)).length;
  const key = dryRun ? 'keys.renewAll.sumPlanned' : 'keys.renewAll.sum';
  const facts = { count: good, all: page.number(lines.length), size: page.size(neededBytes(lines)) };
  const level = good === lines.length ? 'good' : 'bad';
  return [
    page.mark(level, page.paint('bold', texts.say(key, facts))),
    ...(lacksRoomForAll(lines) ? [page.mark('bad', texts.say('keys.renewAll.noRoomForAll', facts))] : []),
    ...(lines.some(({ report }) => (report?.lost.length ?? 0) > 0) && good < lines.length
      ? [texts.say('keys.renew.mend')]
      : []),
  ];
}
