import type { PointWish } from '../contracts/point-wishes.ts';
import type { Account } from '../domain/account.ts';
import { deleteAgainHours, deleteDelayHours, deleteTries } from '../domain/delete-delay.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { parseSnapshotId } from '../domain/ids.ts';
import { listSnapshots, type Snapshot } from '../engine/snapshot.ts';
import type { OwnBackupLine } from '../protocol/own.ts';
import type { Answer } from '../protocol/requests.ts';
import { findRepository, openRepository } from './account-repository.ts';
import { findAccount, knownAccounts } from './find-account.ts';
import { enqueue } from './jobs.ts';
import { isPinned, readKind } from './point-tags.ts';
import { requirePoint, toPointLine } from './restore-points.ts';
import type { Services } from './services.ts';
import { unlessTooMany } from './unless-too-many.ts';

interface PointRequest {
  readonly account: string;
  readonly point: string;
}

/** A backup that its account made by hand. */
interface OwnBackup {
  readonly account: Account;
  readonly snapshot: Snapshot;
}

/** The backups that an account made by hand, oldest first, with what it wants of them; none before the first backup. */
export async function listOwnBackups(services: Services, name: string): Promise<Answer<'own-backups'>> {
  const account = await findAccount(services, name);
  const wishes = await services.wishes.list(account.generation);
  const own = (await snapshotsOf(services, account)).filter(({ tags }) => readKind(tags) === 'manual');
  return { account: account.name, backups: own.map((snapshot) => toLine(snapshot, wishes)) };
}

/** @throws {Failure} `not-own-backup` for a restore point that is none. */
async function findOwnBackup(services: Services, request: PointRequest): Promise<OwnBackup> {
  const account = await findAccount(services, request.account);
  const snapshot = requirePoint(await snapshotsOf(services, account), request.point, account.name);
  if (readKind(snapshot.tags) !== 'manual') throw new Failure('not-own-backup', { point: snapshot.id.slice(0, 8) });
  return { account, snapshot };
}

/** A pinned backup stays until it is unpinned. @throws {Failure} `not-own-backup`, `unknown-restore-point`. */
export async function pinBackup(services: Services, request: PointRequest, stays: boolean): Promise<OwnBackupLine> {
  const { account, snapshot } = await findOwnBackup(services, request);
  await services.wishes.pin(account.generation, snapshot.id, stays);
  return toLine(snapshot, await services.wishes.list(account.generation));
}

/**
 * Has a backup deleted after three days, and tells its owner by mail how to call it off. Whoever calls this has checked
 * that the owner wants it.
 */
export async function planDeletion(
  services: Services,
  { generation }: Account,
  backup: OwnBackupLine,
): Promise<OwnBackupLine> {
  const now = services.clock.now();
  const at = inHours(now, deleteDelayHours);
  await services.wishes.deleteAt(generation, parseSnapshotId(backup.id), at);
  const message = { kind: 'delete-planned' as const, ...namesOf(backup), at: at.toISOString() };
  const uniqueKey = `delete-planned:${generation}:${backup.id.slice(0, 32)}:${now.getTime()}`;
  await services.outbox.add({ generation, uniqueKey, message }, now);
  return { ...backup, isPinned: false, deletesAt: at.toISOString() };
}

/** Calls a deletion off. @throws {Failure} `not-own-backup`, `unknown-restore-point`. */
export async function keepBackup(services: Services, request: PointRequest): Promise<OwnBackupLine> {
  const { account, snapshot } = await findOwnBackup(services, request);
  await services.wishes.keep(account.generation, snapshot.id);
  return toLine(snapshot, await services.wishes.list(account.generation));
}

/** Puts a code into the owner's mailbox, with which the deletion can be confirmed. @throws {Failure} `mail-off`. */
export async function mailDeleteCode(
  services: Services,
  { name, email, generation }: Account,
  backup: OwnBackupLine,
  code: string,
): Promise<Answer<'ask-delete-code'>> {
  if (email === undefined || services.configuration.mail === undefined)
    throw new Failure('mail-off', { account: name });
  const now = services.clock.now();
  const uniqueKey = `delete-code:${generation}:${now.getTime()}:${services.hashSecret(code).slice(0, 8)}`;
  await services.outbox.add({ generation, uniqueKey, message: { kind: 'delete-code', code, ...namesOf(backup) } }, now);
  return { account: name, email, minutes: codeMinutes };
}

/** For so long a code can be used. */
export const codeMinutes = 5;

/**
 * Puts the deletions whose time has come into the queue. One that cannot be done is tried again some times.
 * @returns how many.
 */
export async function deleteDue(services: Services): Promise<number> {
  const now = services.clock.now();
  const due = await services.wishes.due(now);
  if (due.length === 0) return 0;
  const accounts = new Map((await knownAccounts(services)).map((account) => [account.generation, account]));
  for (const wish of due) {
    const account = accounts.get(wish.generation);
    if (account === undefined || wish.attempts >= deleteTries) await services.wishes.drop(wish.generation, [wish.id]);
    else await beginDeletion(services, account, wish, now);
  }
  return due.length;
}

async function beginDeletion(services: Services, account: Account, wish: PointWish, now: Date): Promise<void> {
  await services.wishes.postpone(wish, inHours(now, deleteAgainHours));
  const work = { kind: 'forget', account: account.name, points: [wish.id], dryRun: false, ifWanted: true } as const;
  await unlessTooMany(services, account, () => enqueue(services, work, { kind: 'schedule' }));
}

async function snapshotsOf(services: Services, account: Account): Promise<readonly Snapshot[]> {
  try {
    const repository = await openRepository(services, await findRepository(services, account));
    return (await listSnapshots(repository)).snapshots;
  } catch (error) {
    if (isFailure(error, 'repository-missing')) return [];
    throw error;
  }
}

function toLine(snapshot: Snapshot, wishes: readonly PointWish[]): OwnBackupLine {
  const wish = wishes.find(({ id }) => id === snapshot.id);
  return {
    ...toPointLine(snapshot),
    isPinned: wish?.isPinned ?? isPinned(snapshot.tags),
    deletesAt: wish?.deleteAt?.toISOString(),
  };
}

function namesOf({ time, label }: OwnBackupLine): { readonly pointTime: string; readonly label: string } {
  return { pointTime: time, label: label ?? '' };
}

function inHours(now: Date, hours: number): Date {
  return new Date(now.getTime() + hours * 3_600_000);
}
