/** What an account's own passphrase means for everything else that is done with its backups. */
import type { OwnKey } from '../contracts/own-keys.ts';
import type { Account } from '../domain/account.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { parseArchiveName } from '../domain/plan-archive.ts';
import { planRetention, type DatedPoint, type RetentionGround, type RetentionPlan } from '../domain/plan-retention.ts';
import type { Services } from './services.ts';

/** The key to which the account's archives are sealed now; undefined while it has no passphrase of its own. */
export async function ownKeyOf(
  { ownKeys }: Services,
  { generation }: Pick<Account, 'generation'>,
): Promise<OwnKey | undefined> {
  const key = await ownKeys.load(generation);
  return key?.isOn === true ? key : undefined;
}

/**
 * Those without a passphrase of their own: they alone are backed up into repositories. One whose key file cannot be read may
 * have one: it is left out and told of in the log, and keeps nobody else from a backup.
 */
export async function withoutOwnKey(services: Services, accounts: readonly Account[]): Promise<Account[]> {
  const left: Account[] = [];
  for (const account of accounts) if (!(await mayHaveOwnKey(services, account))) left.push(account);
  return left;
}

async function mayHaveOwnKey(services: Services, account: Account): Promise<boolean> {
  try {
    return (await ownKeyOf(services, account)) !== undefined;
  } catch (error) {
    if (!isFailure(error)) throw error;
    services.log.error('own-key-unreadable', { account: account.name, error });
    return true;
  }
}

/** The names of those that have one. */
export async function namesWithOwnKey(services: Services, accounts: readonly Account[]): Promise<string[]> {
  const without = new Set(await withoutOwnKey(services, accounts));
  return accounts.filter((account) => !without.has(account)).map(({ name }) => name);
}

/**
 * Nothing goes into a repository of an account with a passphrase of its own: this server holds the key of it.
 * @param hint what can be done in its place. @throws {Failure} `own-passphrase`.
 */
export async function refuseForOwnKey(services: Services, account: Account, hint: string): Promise<void> {
  if ((await ownKeyOf(services, account)) !== undefined)
    throw new Failure('own-passphrase', { account: account.name, hint });
}

/** The account's sealed archives as the rules see restore points; none while it has no passphrase of its own. */
export async function sealedPoints(services: Services, account: Account): Promise<DatedPoint[]> {
  if ((await ownKeyOf(services, account)) === undefined) return [];
  return (await rememberedArchives(services, account)).filter(({ isOwn }) => isOwn).map(({ point }) => point);
}

/** Every archive that was there when they were last looked at; none once some are gone that nobody here removed. */
export async function rememberedArchives(
  { archives, copyLedger }: Services,
  { generation }: Account,
): Promise<{ readonly point: DatedPoint; readonly isOwn: boolean }[]> {
  if (archives.destination === undefined) return [];
  const record = await copyLedger.loadArchives(archives.destination, generation);
  if ((record?.lost ?? 0) > 0) return []; // what somebody removed stands for nothing
  return (record?.archives ?? []).flatMap((name) => {
    const parsed = parseArchiveName(name);
    if (parsed === undefined) return [];
    const time = parsed.startedAt.getTime();
    const kind = parsed.isByHand === true ? 'manual' : 'nightly';
    const point = { id: name, time, kind, isWhole: true, isPinned: false, proof: 'good' } as const;
    return [{ point, isOwn: parsed.isOwn === true }];
  });
}

/** As if sealed archives were restore points beside the others: these go when archives have taken their places. */
export function planBeside<Point extends DatedPoint>(
  points: readonly Point[],
  beside: readonly DatedPoint[],
  ground: RetentionGround,
): RetentionPlan<DatedPoint> {
  return planRetention<DatedPoint>([...points, ...beside], ground);
}

/** What of a plan is about the points themselves. */
export function withoutBeside<Plan extends RetentionPlan<DatedPoint>, Point extends DatedPoint>(
  plan: Plan,
  points: readonly Point[],
): Omit<Plan, 'keep' | 'forget'> & RetentionPlan<Point> {
  const own = new Map<DatedPoint, Point>(points.map((point) => [point, point]));
  return {
    ...plan,
    keep: plan.keep.flatMap(({ point, reasons }) => {
      const found = own.get(point);
      return found === undefined ? [] : [{ point: found, reasons }];
    }),
    forget: plan.forget.flatMap(({ point, reason }) => {
      const found = own.get(point);
      return found === undefined ? [] : [{ point: found, reason }];
    }),
  };
}
