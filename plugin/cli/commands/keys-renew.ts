import type { LostLine, RenewReport } from '../../protocol/keys.ts';
import { askFirst } from '../ask-first.ts';
import type { Command } from '../command.ts';
import { describeFormer } from '../former-lines.ts';
import type { Page } from '../page.ts';
import { showText } from '../show-text.ts';

const schema = 'larder/keys-renew/1';

export const keysRenewCommand: Command = {
  name: 'keys renew',
  usage: '[--dry-run] [--accept-loss]',
  arguments: { least: 0, most: 0 },
  options: ['dry-run', 'accept-loss'],
  account: 'needed',
  audience: 'administrator',
  run: async (given, { page, perform, confirm }) => {
    const { account } = given;
    const dryRun = given.has('dry-run');
    if (!dryRun) await askFirst({ confirm }, page.texts.say('keys.askRenew', { account }), 'keys renew');
    const request = { account, dryRun, acceptLoss: given.has('accept-loss') };
    const answer = await perform<'keys-renew'>({ kind: 'keys-renew', ...request });
    const isHeld = answer.outcome === 'refused' || (dryRun && answer.lost.length > 0);
    return { schema, answer, exitCode: isHeld ? 9 : 0, lines: describe(answer, page), notes: [] };
  },
};

const lossesShown = 10;

function describe(report: RenewReport, page: Page): string[] {
  const { texts } = page;
  const { outcome, points, from, to, destination, lost, freeBytes } = report;
  const free = freeBytes === undefined ? '–' : page.size(freeBytes);
  const facts = { from, to, destination, count: points, size: page.size(report.bytes), free };
  return [
    page.mark(outcome === 'refused' ? 'bad' : 'good', texts.say(`keys.renew.${outcome}`, facts)),
    ...describeLoss(lost, outcome, page),
    ...describeFormer(report.former, page),
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
