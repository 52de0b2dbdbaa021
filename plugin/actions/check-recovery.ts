import type { Account } from '../domain/account.ts';
import { isFailure, type Failure } from '../domain/failure.ts';
import { systemAccount } from '../domain/system-account.ts';
import type { CheckRecoveryRequest, RecoveryKeyLine, RecoveryPlaceLine, RecoveryReport } from '../protocol/keys.ts';
import { knownAccounts } from './find-account.ts';
import { openArchivesForRecovery } from './open-archives-for-recovery.ts';
import { openForRecovery } from './open-for-recovery.ts';
import { recoveryPlaces, type RecoveryPlaces } from './recovery-places.ts';
import type { Performing, Services } from './services.ts';

const parallel = 4;

/**
 * Tries whether everything at every destination opens by the recovery keys alone, and remembers of keys that open all of
 * it when that was. Changes nothing at a destination; of an identity nothing but its public half is kept.
 * @throws {Failure} `key-unusable` when what was given is no identity, or no recipient is configured.
 */
export async function checkRecovery(
  performing: Performing,
  { identities }: Omit<CheckRecoveryRequest, 'kind'>,
): Promise<RecoveryReport> {
  const { services } = performing;
  const given = await Promise.all(identities.map((identity) => services.recoveryIdentities.recipientOf(identity)));
  const recipients = services.keys.recipients();
  const found = await recoveryPlaces(services);
  const places = [
    ...(await lookAtRepositories(performing, found, identities)),
    ...(await lookAtArchives(performing, identities)),
  ];
  const isProven = places.length > 0 && places.every(({ outcome }) => outcome === 'opens');
  if (isProven) await noteProofs(services, given, places.length);
  return { keys: await describeKeys(services, recipients, given), places };
}

async function lookAtRepositories(
  performing: Performing,
  { places, unreachable }: RecoveryPlaces,
  identities: readonly string[],
): Promise<RecoveryPlaceLine[]> {
  const lines: RecoveryPlaceLine[] = [];
  for (let at = 0; at < places.length; at += parallel) {
    performing.signal.throwIfAborted();
    const some = places.slice(at, at + parallel).map(async (one) => {
      const { destination, folder } = one.place;
      const common = { destination: destination.name, folder, holds: 'repository' } as const;
      return lookAt(common, () => openForRecovery(performing.services, one, identities));
    });
    lines.push(...(await Promise.all(some)).flat());
    tellProgress(performing, lines.length, places.length);
  }
  const lost = unreachable.map(({ destination, failure }) =>
    unreached({ destination: destination.name, folder: '', holds: 'repository' }, failure),
  );
  return [...lines, ...lost];
}

async function lookAtArchives(performing: Performing, identities: readonly string[]): Promise<RecoveryPlaceLine[]> {
  const { services, signal } = performing;
  const { destination } = services.archives;
  if (destination === undefined) return [];
  const lines: RecoveryPlaceLine[] = [];
  for (const account of await archivedAccounts(services)) {
    signal.throwIfAborted();
    const common = { destination, folder: account.name, holds: 'archives' } as const;
    lines.push(...(await lookAt(common, () => openArchivesForRecovery(services, account, identities))));
  }
  return lines;
}

async function archivedAccounts(services: Services): Promise<Account[]> {
  return [...(await knownAccounts(services)), systemAccount(services.serverId)];
}

type Common = Pick<RecoveryPlaceLine, 'destination' | 'folder' | 'holds'>;
type Seen = Pick<RecoveryPlaceLine, 'outcome' | 'sealedFor'>;

/** What happens to one place keeps no other from its turn. */
async function lookAt(common: Common, look: () => Promise<Seen | undefined>): Promise<RecoveryPlaceLine[]> {
  try {
    const seen = await look();
    return seen === undefined ? [] : [{ ...common, ...seen, failure: undefined }];
  } catch (error) {
    if (!isFailure(error)) throw error;
    return [unreached(common, error)];
  }
}

function unreached(common: Common, { code, facts }: Failure): RecoveryPlaceLine {
  return { ...common, outcome: 'unreachable', sealedFor: undefined, failure: { code, facts: { ...facts } } };
}

async function noteProofs(
  { recoveryProofs, clock }: Services,
  given: readonly string[],
  places: number,
): Promise<void> {
  for (const recipient of new Set(given)) await recoveryProofs.note({ recipient, provenAt: clock.now(), places });
}

async function describeKeys(
  services: Services,
  recipients: readonly string[],
  given: readonly string[],
): Promise<RecoveryKeyLine[]> {
  const proofs = await services.recoveryProofs.list();
  return [...new Set([...recipients, ...given])].map((recipient) => ({
    recipient,
    isConfigured: recipients.includes(recipient),
    isGiven: given.includes(recipient),
    provenAt: proofs.find((proof) => proof.recipient === recipient)?.provenAt.toISOString(),
  }));
}

function tellProgress({ onProgress }: Performing, items: number, itemsTotal: number): void {
  onProgress({ kind: 'advance', step: 'check', account: '', items, itemsTotal, bytes: 0, bytesTotal: undefined });
}
