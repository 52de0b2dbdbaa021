import { roomForRenewal } from '../domain/plan-renewal.ts';
import type { LostLine, RenewReport } from '../protocol/keys.ts';
import { exitCodeOf } from './failure-report.ts';
import { describeFormer } from './former-lines.ts';
import type { Page } from './page.ts';
import { showText } from './show-text.ts';

/** What a trial says is what the real one would end with. */
export function exitCodeFor(report: RenewReport, acceptLoss: boolean): number {
  if (isHeldBack(report, acceptLoss)) return exitCodeOf('repository-damaged');
  return lacksRoom(report) ? exitCodeOf('no-space') : 0;
}

/** What is lost keeps it as it is, or would; where no restore point is left also when that is accepted. */
export function isHeldBack({ outcome, lost, points }: RenewReport, acceptLoss: boolean): boolean {
  if (outcome !== 'planned') return outcome === 'refused';
  return lost.length > 0 && !(acceptLoss && points > 0);
}

/** Only for a trial: a real one fails then. */
export function lacksRoom({ outcome, bytes, freeBytes }: RenewReport): boolean {
  return outcome === 'planned' && bytes > 0 && freeBytes !== undefined && freeBytes < roomForRenewal(bytes);
}

const lossesShown = 10;

/** What became of one account, or would. */
export function describeRenewal(report: RenewReport, page: Page): string[] {
  const { texts } = page;
  const { outcome, points, from, to, destination, lost, freeBytes } = report;
  const free = freeBytes === undefined ? '–' : page.size(freeBytes);
  const needed = page.size(roomForRenewal(report.bytes));
  const facts = { from, to, destination, count: points, size: page.size(report.bytes), free };
  return [
    page.mark(outcome === 'refused' ? 'bad' : 'good', texts.say(`keys.renew.${outcome}`, facts)),
    ...(lacksRoom(report) ? [page.mark('bad', texts.say('keys.renew.noRoom', { destination, needed }))] : []),
    ...describeLoss(lost, outcome, page),
    ...describeFormer([report], page),
  ];
}

function describeLoss(lost: readonly LostLine[], outcome: RenewReport['outcome'], page: Page): string[] {
  const { texts } = page;
  if (lost.length === 0) return [];
  const count = new Set(lost.flatMap(({ points }) => points)).size;
  const paths = [...new Set(lost.flatMap((line) => line.paths))];
  const more = paths.length - lossesShown;
  return [
    page.mark('bad', texts.say('keys.renew.lost', { count })),
    ...paths.slice(0, lossesShown).map((path) => page.paint('grey', `    ${showText(path)}`)),
    ...(more > 0 ? [page.paint('grey', `    ${texts.say('coverage.more', { count: more })}`)] : []),
    ...(outcome === 'renewed' ? [] : [texts.say('keys.renew.mend')]),
  ];
}
