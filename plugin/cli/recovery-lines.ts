import { isRecoverable } from '../domain/recovery-outcome.ts';
import { fewestRecipients } from '../domain/recovery-proof.ts';
import type { RecoveryKeyLine, RecoveryPlaceLine, RecoveryReport } from '../protocol/keys.ts';
import { explainFailure } from './failure-report.ts';
import type { Page } from './page.ts';

/** Whether all is as it should be, as far as it was tried. */
export function isRecoveryInOrder({ keys, places }: RecoveryReport): boolean {
  const configured = keys.filter(({ isConfigured }) => isConfigured);
  return (
    configured.length >= fewestRecipients &&
    keys.every(({ isConfigured }) => isConfigured) &&
    places.every(({ outcome }) => isRecoverable(outcome))
  );
}

/** The keys, each place, and what it comes to. */
export function describeRecovery(report: RecoveryReport, page: Page): string[] {
  const { keys, places } = report;
  return [
    ...keys.map((key) => describeKey(key, page)),
    ...tooFewKeys(keys, page),
    '',
    ...places.map((place) => describePlace(place, page)),
    ...(places.length === 0 ? [] : ['']),
    summarise(report, page),
  ];
}

function tooFewKeys(keys: readonly RecoveryKeyLine[], page: Page): string[] {
  const count = keys.filter(({ isConfigured }) => isConfigured).length;
  return count >= fewestRecipients ? [] : [page.mark('bad', page.texts.say('keys.tooFew'))];
}

function describeKey({ recipient, isConfigured, isGiven, provenAt }: RecoveryKeyLine, page: Page): string {
  const { texts } = page;
  if (!isConfigured) return page.mark('bad', texts.say('keys.notConfigured', { recipient }));
  if (provenAt === undefined) {
    return isGiven
      ? page.mark('warning', texts.say('keys.given', { recipient }))
      : page.mark('warning', texts.say('keys.neverProven', { recipient }));
  }
  return page.mark('good', texts.say('keys.proven', { recipient, time: page.at(provenAt) }));
}

function describePlace(
  { folder, destination, holds, outcome, sealedFor, failure }: RecoveryPlaceLine,
  page: Page,
): string {
  const { texts } = page;
  const problem = failure === undefined ? '' : explainFailure(failure.code, failure.facts, texts);
  const what = folder === '' ? destination : texts.say(`keys.place.${holds}`, { folder, destination });
  const sentence = texts.say(`keys.outcome.${outcome}`, { what, count: sealedFor ?? 0, problem });
  return page.mark(isRecoverable(outcome) ? 'good' : 'bad', sentence);
}

function summarise(report: RecoveryReport, page: Page): string {
  const { texts } = page;
  const { keys, places } = report;
  const count = places.length;
  const failed = places.filter(({ outcome }) => !isRecoverable(outcome)).length;
  if (failed > 0) return page.mark('bad', texts.say('keys.failed', { count: failed, all: page.number(count) }));
  if (count === 0) return page.mark('warning', texts.say('keys.nothing'));
  const isGiven = keys.some((key) => key.isGiven);
  if (!isGiven) return page.mark('warning', texts.say('keys.unproven', { count }));
  return page.mark('good', texts.say('keys.allOpen', { count }));
}
