import { openAgeHeader, openAgePayload } from '../archives/age-open.ts';
import { zipKey } from '../archives/make-archive.ts';
import { sourceOf } from '../archives/sealed-object.ts';
import type { Account } from '../domain/account.ts';
import { isFailure } from '../domain/failure.ts';
import { judgeRecovery, type RecoveryOutcome } from '../domain/recovery-outcome.ts';
import { openAccountArchives, type AccountArchives, type KnownArchive } from './account-archives.ts';
import { ownKeyOf } from './own-key.ts';
import type { SeenPlace } from './open-for-recovery.ts';
import type { Services } from './services.ts';

/** A header with a dozen recipients is shorter. */
const longestHeaderBytes = 4096;
const zipBeginning = 'PK';

/**
 * Opens the beginning of the newest archive of an account, and of the full one that it needs.
 * @returns undefined when the account has none. @throws {Failure} `destination-unreachable`, `destination-refused`.
 */
export async function openArchivesForRecovery(
  services: Services,
  account: Account,
  identities: readonly string[],
): Promise<(SeenPlace & { readonly folder: string; readonly destination: string }) | undefined> {
  const open = await openAccountArchives(services, account);
  // Whether the customer lets the recovery keys open those with a passphrase of its own is the customer's.
  const own = await ownKeyOf(services, account);
  const newest = open.archives.findLast(({ isOwn }) => isOwn !== true || own?.hostCanRecover === true);
  if (newest === undefined) return undefined;
  const { folder, destination } = open;
  const full = newest.full === undefined ? newest : open.archives.find(({ name }) => name === newest.full);
  if (full === undefined) return { folder, destination, outcome: 'missing', sealedFor: undefined };
  const seen = [await openOne(services, open, newest, identities)];
  if (full !== newest) seen.push(await openOne(services, open, full, identities));
  const worst = seen.find(({ outcome }) => outcome !== 'opens' && outcome !== 'sealed') ?? seen[0];
  return { folder, destination, outcome: 'damaged', sealedFor: undefined, ...worst };
}

async function openOne(
  services: Services,
  { store, folder }: AccountArchives,
  { name, sealedBytes }: KnownArchive,
  identities: readonly string[],
): Promise<SeenPlace> {
  const key = zipKey(folder, name);
  const source = sourceOf(store, key, sealedBytes);
  const beginning = await source.read(0, Math.min(sealedBytes, longestHeaderBytes));
  const recipients = services.recoveryIdentities.countRecipients(beginning);
  if (recipients === undefined) return { outcome: 'damaged', sealedFor: undefined };
  const sealedFor = recipients - 1; // this server is one of them
  let opened = 0;
  for (const identity of identities) {
    const outcome = await tryIdentity(key, source, identity);
    if (outcome === 'damaged') return { outcome, sealedFor };
    if (outcome === 'opens') opened += 1;
  }
  const outcome = judgeRecovery({ sealedFor, configured: undefined, given: identities.length, opened });
  return { outcome, sealedFor };
}

async function tryIdentity(
  key: string,
  source: ReturnType<typeof sourceOf>,
  identity: string,
): Promise<RecoveryOutcome> {
  try {
    const plain = openAgePayload(key, source, await openAgeHeader(key, source, [identity]));
    const start = await plain.read(0, zipBeginning.length);
    return start.toString('latin1') === zipBeginning ? 'opens' : 'damaged';
  } catch (error) {
    if (isFailure(error, 'key-unusable')) return 'not-for-key';
    if (isFailure(error, 'archive-damaged')) return 'damaged';
    throw error;
  }
}
