import type { Account } from '../domain/account.ts';
import { isFailure } from '../domain/failure.ts';
import { localCopiesFolder } from '../domain/local-copy-name.ts';
import type { LocalCopies } from '../engine/local-copies.ts';
import type { Services } from './services.ts';

/**
 * Removes the oldest copies, as the account, so that `keep` stay with `newest`, which stays whatever the clock said.
 * Where that fails more stay. @returns the names that are gone.
 */
export async function dropLocalCopies(
  services: Services,
  account: Account,
  copies: LocalCopies,
  { newest, keep }: { readonly newest: string; readonly keep: number },
): Promise<string[]> {
  const older = namesOf(copies, account).filter((name) => name !== newest);
  const surplus = older.slice(0, Math.max(0, older.length - (keep - 1)));
  if (surplus.length === 0) return [];
  try {
    await remove(services, account, surplus);
  } catch (error) {
    if (!isFailure(error)) throw error;
  }
  const left = new Set(namesOf(copies, account));
  return surplus.filter((name) => !left.has(name));
}

function namesOf(copies: LocalCopies, { home }: Account): string[] {
  return copies.list(home).map(({ name }) => name);
}

async function remove(services: Services, account: Account, names: readonly string[]): Promise<void> {
  const writer = await services.openWriter(account, { kind: 'home' });
  const modified = { seconds: Math.floor(services.clock.now().getTime() / 1000), nanoseconds: 0 };
  try {
    await writer.enter(Buffer.from(localCopiesFolder), true);
    for (const name of names) await writer.remove(Buffer.from(name));
    await writer.leave({ mode: 0o700, modified, uid: account.uid, gid: account.gid, attributes: [] });
    await writer.finish(undefined);
  } finally {
    await writer.close();
  }
}
