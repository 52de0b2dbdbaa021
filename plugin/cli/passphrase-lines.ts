import type { PassphraseReport } from '../protocol/passphrase.ts';
import type { Page } from './page.ts';

/** How it stands with an account's own passphrase. @param larder how this person begins a command. */
export function describePassphrase(report: PassphraseReport, larder: string, page: Page): string[] {
  return report.isOn ? describeOn(report, larder, page) : describeOff(report, larder, page);
}

function describeOff(report: PassphraseReport, larder: string, page: Page): string[] {
  const { texts } = page;
  const { account, destination, sealed } = report;
  const hint =
    destination === undefined
      ? texts.say('passphrase.noArchives')
      : texts.say('passphrase.offHint', { command: `${larder} passphrase set` });
  const left = sealed.count === 0 ? [] : [texts.say('passphrase.sealedStay', factsOf(report, page))];
  return [texts.say('passphrase.off', { account }), hint, ...left];
}

function describeOn(report: PassphraseReport, larder: string, page: Page): string[] {
  const { texts } = page;
  const { account, since = '', sealed, hostCanRecover } = report;
  const made =
    sealed.count === 0
      ? page.mark('warning', texts.say('passphrase.sealedNone', { command: `${larder} backup` }))
      : texts.say('passphrase.sealed', factsOf(report, page));
  return [
    page.mark('good', texts.say('passphrase.on', { account, time: page.at(since) })),
    made,
    texts.say(hostCanRecover ? 'passphrase.recover' : 'passphrase.follows.loss'),
    ...describeReadable(report, page),
    texts.say('passphrase.back', { command: `${larder} restore PATH --from archives --at latest` }),
  ];
}

/** Also right after it was set: nobody shall think that what was before is closed, too. */
export function describeReadable({ readable }: PassphraseReport, page: Page): string[] {
  const { count, until } = readable;
  if (count === 0) return [];
  const sentence =
    until === undefined
      ? page.texts.say('passphrase.readableOpen', { count })
      : page.texts.say('passphrase.readable', { count, day: page.at(until) });
  return [page.mark('warning', sentence)];
}

function factsOf({ sealed, destination = '' }: PassphraseReport, page: Page) {
  const { count, newestAt } = sealed;
  return { count, destination, time: newestAt === undefined ? '' : page.at(newestAt) };
}

/** What somebody must know before. */
export function describeConsequences(report: PassphraseReport, hostCanRecover: boolean, page: Page): string[] {
  const { texts } = page;
  const facts = { destination: report.destination ?? '' };
  const loss = hostCanRecover ? 'recover' : 'loss';
  const keys = ['support', loss, 'place', 'proof', 'restore', 'live', 'older'];
  return [
    texts.say('passphrase.changes'),
    ...keys.map((key) => `  – ${texts.say(`passphrase.follows.${key}`, facts)}`),
  ];
}
