import type { DemoAccount } from './demo-accounts.ts';
import { dateName, dayBefore, isWeekend, timeOf, type DemoDay } from './demo-day.ts';
import { siteFolder, writeFile, type HomeChange } from './home-change.ts';
import { mailbox, writeMessage, type Message } from './mail.ts';
import { createRandom, seedOf, type Random } from './random.ts';
import { accessLog, cachedPage } from './site-settings.ts';
import { uploadPaper, uploadPhoto } from './uploads.ts';

/** What an ordinary day changes in a home, all of it between 6:00 and 22:00; in no order. */
export function* dayOfLife(account: DemoAccount, day: DemoDay): Generator<HomeChange> {
  const random = createRandom(seedOf(account.name, 'day', day.ago));
  yield* readMail(account, day);
  yield* newMail(account, day);
  yield* newPapers(account, day, random);
  if (random.chance(isWeekend(day) ? 0.2 : 0.4)) yield* newPost(account, day, random);
  yield* refreshCache(account, day, random);
  yield* turnLogs(account, day);
}

/** Numbers of what comes in the demo's past, beyond those that were there at its beginning. */
const firstNumber = 5000;

/** What came the day before is read in the morning. */
function* readMail(account: DemoAccount, day: DemoDay): Generator<HomeChange> {
  const at = timeOf(day, 7, 40);
  for (const message of mailOf(account, dayBefore(day.start, 1), day.ago + 1)) {
    yield { kind: 'remove', path: `${mailbox(account)}/new/${message.name}`, at };
    yield writeFile(`${mailbox(account)}/cur/${message.name}:2,S`, message.content, message.at, 0o600);
  }
}

function* newMail(account: DemoAccount, day: DemoDay): Generator<HomeChange> {
  for (const { name, content, at } of mailOf(account, day, day.ago)) {
    yield writeFile(`${mailbox(account)}/new/${name}`, content, at, 0o600);
  }
  const random = createRandom(seedOf(account.name, 'sent', day.ago));
  for (let left = random.below(isWeekend(day) ? 2 : 4); left > 0; left--) {
    const at = timeOf(day, random.between(9, 20), random.below(60), random.below(60));
    const { name, content } = writeMessage(account, {
      number: firstNumber + day.ago * 100 + 50 + left,
      at,
      isSent: true,
    });
    yield writeFile(`${mailbox(account)}/.Sent/cur/${name}:2,S`, content, at, 0o600);
  }
  yield writeFile(
    `${mailbox(account)}/dovecot-uidlist`,
    `3 V1700000000 N${90_000 - day.ago * 20}\n`,
    timeOf(day, 21, 50),
    0o600,
  );
}

/** @param ago of `day`, counted from today. */
function mailOf(account: DemoAccount, day: Pick<DemoDay, 'start'>, ago: number): Message[] {
  const whole = { start: day.start, ago };
  const random = createRandom(seedOf(account.name, 'mail of', ago));
  const count = random.between(2, isWeekend(whole) ? 5 : 11);
  return Array.from({ length: count }, (_, index) =>
    writeMessage(account, {
      number: firstNumber + ago * 100 + index,
      at: timeOf(whole, random.between(6, 21), random.below(50), random.below(60)),
    }),
  );
}

function* newPapers(account: DemoAccount, day: DemoDay, random: Random): Generator<HomeChange> {
  const most = isWeekend(day) ? Math.ceil(account.papersADay / 2) : account.papersADay;
  const count = random.between(Math.floor(most / 2), most);
  for (let index = 0; index < count; index++) {
    const at = timeOf(day, 9 + Math.floor((12 * index) / count), random.below(60), random.below(60));
    yield uploadPaper(account, firstNumber - day.ago * 20 + index, at);
  }
}

function* newPost(account: DemoAccount, day: DemoDay, random: Random): Generator<HomeChange> {
  const at = timeOf(day, random.between(10, 18), random.below(60));
  const count = random.between(1, account.photosAPost);
  for (let index = 0; index < count; index++) yield* uploadPhoto(account, firstNumber - day.ago * 20 + index, at);
}

function* refreshCache(account: DemoAccount, day: DemoDay, random: Random): Generator<HomeChange> {
  for (const page of account.voice.pages) {
    if (!random.chance(0.6)) continue;
    const at = timeOf(day, random.between(6, 21), random.below(60));
    yield writeFile(`${siteFolder}/wp-content/cache/pages/${page}/index.html`, cachedPage(account, page, at), at);
  }
}

/** Logs are kept for two weeks. */
function* turnLogs(account: DemoAccount, day: DemoDay): Generator<HomeChange> {
  const at = timeOf(day, 21, 59);
  const log = accessLog(account, at, seedOf(account.name, 'log', day.ago));
  yield writeFile(`logs/access-${dateName(day)}.log`, log, at, 0o640);
  const oldest = dateName(dayBefore(day.start, 14));
  yield { kind: 'remove', path: `logs/access-${oldest}.log`, at };
}
