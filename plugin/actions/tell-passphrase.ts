import type { Account } from '../domain/account.ts';
import type { DestinationConfiguration } from '../domain/destination.ts';
import { lastDaysOf, momentOf } from '../domain/simulate-retention.ts';
import type { DatedPoint } from '../domain/plan-retention.ts';
import { openWallClock } from '../domain/wall-clock.ts';
import type { PassphraseReport } from '../protocol/passphrase.ts';
import { findAccount } from './find-account.ts';
import { planBeside, rememberedArchives } from './own-key.ts';
import { retainedPoints, retentionGround } from './retained-points.ts';
import { chosenDestination, type Services } from './services.ts';

/** Whether an account has a passphrase of its own, and what the host can still read. @throws {Failure} `unknown-account`. */
export async function tellPassphrase(services: Services, name: string): Promise<PassphraseReport> {
  const account = await findAccount(services, name);
  const key = await services.ownKeys.load(account.generation);
  const isOn = key?.isOn === true;
  const archives = await rememberedArchives(services, account);
  const sealed = archives.filter(({ isOwn }) => isOwn).map(({ point }) => point);
  const newest = Math.max(...sealed.map(({ time }) => time));
  return {
    account: account.name,
    isOn,
    since: isOn ? key.since : undefined,
    hostCanRecover: isOn && key.hostCanRecover,
    destination: services.archives.destination,
    sealed: { count: sealed.length, newestAt: sealed.length === 0 ? undefined : new Date(newest).toISOString() },
    readable: isOn ? await tellReadable(services, account, archives) : { count: 0, until: undefined },
  };
}

/** Restore points at home and in copies, and archives, each by the rules of its place. */
async function tellReadable(
  services: Services,
  account: Account,
  archives: Awaited<ReturnType<typeof rememberedArchives>>,
): Promise<PassphraseReport['readable']> {
  const sealed = archives.filter(({ isOwn }) => isOwn).map(({ point }) => point);
  const open = archives.filter(({ isOwn }) => !isOwn).map(({ point }) => point);
  const points = await retainedPoints(services, account);
  const repositories = services.configuration.destinations.filter(({ role }) => role !== 'archives');
  const days = repositories.map((place) => lastDay(services, account, { place, points, sealed }));
  if (services.archives.destination !== undefined) {
    const place = chosenDestination(services.configuration, services.archives.destination);
    days.push(lastDay(services, account, { place, points: open, sealed }));
  }
  const last = Math.max(...days);
  const until = last > 0 && last < Infinity ? new Date(last * dayMilliseconds).toISOString() : undefined;
  return { count: points.length + open.length, until };
}

const dayMilliseconds = 86_400_000;

interface Judged {
  readonly place: DestinationConfiguration;
  readonly points: readonly DatedPoint[];
  readonly sealed: readonly DatedPoint[];
}

/** The day on which the last of them goes if every night makes an archive; 0 for none, `Infinity` where no day is known. */
function lastDay(services: Services, account: Account, { place, points, sealed }: Judged): number {
  if (points.length === 0) return 0;
  const ground = retentionGround(services, account, place.role === 'primary' ? undefined : place);
  const { schedule } = services.configuration;
  const clock = openWallClock(schedule.timeZone);
  const kept = planBeside(points, sealed, ground).keep.map(({ point }) => point);
  const going = lastDaysOf(kept, {
    ...ground,
    from: ground.calendar.dayOf(ground.now) + 1,
    nightOf: (day) => momentOf(day, schedule.night?.from ?? 0, clock),
  });
  const mine = new Set(points);
  const left = kept.filter((point) => mine.has(point));
  return Math.max(...left.map((point) => going.get(point) ?? Infinity), ground.calendar.dayOf(ground.now) + 1);
}
