/** A passphrase of the account's own is set, changed or removed. */
import type { OwnKey, WrappedIdentity } from '../contracts/own-keys.ts';
import type { Account } from '../domain/account.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { isStrongPassphrase, leastPassphrase } from '../domain/passphrase-rule.ts';
import type { PassphraseReport, PassphraseRequest } from '../protocol/passphrase.ts';
import { archiveFolder } from './account-archives.ts';
import { findAccount } from './find-account.ts';
import { ownKeyOf } from './own-key.ts';
import { putOwnKeys } from './put-own-keys.ts';
import type { Services } from './services.ts';
import { tellPassphrase } from './tell-passphrase.ts';

type RequestOf<Kind extends PassphraseRequest['kind']> = Omit<Extract<PassphraseRequest, { kind: Kind }>, 'kind'>;

/**
 * From now on the account's backups are archives that only the passphrase opens. The key lies beside them, wrapped, before
 * this resolves. The passphrase that a former key has begins that one again.
 * @throws {Failure} `no-archives`, `passphrase-weak`, `own-passphrase` when there is one; `destination-unreachable`, `busy`.
 */
export async function setPassphrase(
  services: Services,
  { account: name, passphrase, hostCanRecover }: RequestOf<'set-passphrase'>,
): Promise<PassphraseReport> {
  const account = await findAccount(services, name);
  const former = await services.ownKeys.load(account.generation);
  if (former?.isOn === true)
    throw new Failure('own-passphrase', {
      account: account.name,
      hint: 'You can change it: larder passphrase change.',
    });
  refuseWeak(passphrase, account);
  if (services.archives.destination === undefined) await services.archives.openStore(); // says that there is none
  const since = services.clock.now().toISOString();
  const wrapped = await makeOrFind(services, account, former, passphrase);
  await keep(services, account, { ...wrapped, isOn: true, since, hostCanRecover });
  await tellOwner(services, account, 'set');
  return tellPassphrase(services, name);
}

/** Archives stay sealed to the same key; only what opens the key is another. @throws {Failure} `no-passphrase`, `passphrase-wrong`, `passphrase-locked`, `passphrase-weak`. */
export async function changePassphrase(
  services: Services,
  { account: name, passphrase, newPassphrase }: RequestOf<'change-passphrase'>,
): Promise<PassphraseReport> {
  const account = await findAccount(services, name);
  const key = await requireKey(services, account);
  refuseWeak(newPassphrase, account);
  const anew = await services.ownKeys.wrapAnew(account, key, { present: passphrase, next: newPassphrase });
  await keep(services, account, anew);
  await tellOwner(services, account, 'changed');
  return tellPassphrase(services, name);
}

/** Needs no passphrase: who has lost it shall have backups again. @throws {Failure} `no-passphrase`. */
export async function removePassphrase(
  services: Services,
  { account: name }: RequestOf<'remove-passphrase'>,
): Promise<PassphraseReport> {
  const account = await findAccount(services, name);
  const key = await requireKey(services, account);
  await services.ownKeys.save(account.generation, { ...key, isOn: false });
  await tellOwner(services, account, 'removed');
  return tellPassphrase(services, name);
}

function refuseWeak(passphrase: string, { name }: Account): void {
  if (!isStrongPassphrase(passphrase, name)) throw new Failure('passphrase-weak', { least: leastPassphrase });
}

async function requireKey(services: Services, account: Account): Promise<OwnKey> {
  const key = await ownKeyOf(services, account);
  if (key !== undefined) return key;
  throw new Failure('no-passphrase', { account: account.name });
}

type Wrapped = Pick<OwnKey, 'current' | 'former'>;

async function makeOrFind(
  services: Services,
  account: Account,
  known: OwnKey | undefined,
  passphrase: string,
): Promise<Wrapped> {
  const make = (): Promise<WrappedIdentity> => services.ownKeys.make(account, passphrase);
  if (known === undefined) return { current: await make(), former: [] };
  try {
    await services.ownKeys.open(account, { ...known, former: [] }, passphrase);
    return known;
  } catch (error) {
    if (!isFailure(error, 'passphrase-wrong')) throw error;
    return { current: await make(), former: [known.current, ...known.former] };
  }
}

/** At the destination first: a key that is nowhere but here would be lost with the server. */
async function keep(services: Services, account: Account, key: OwnKey): Promise<void> {
  await putOwnKeys(await services.archives.openStore(), archiveFolder(account), key);
  await services.ownKeys.save(account.generation, key);
}

/** Whoever did it, also with a stolen session or out of a hacked site: the owner hears of it. */
async function tellOwner(services: Services, account: Account, what: 'set' | 'changed' | 'removed'): Promise<void> {
  if (services.configuration.mail === undefined || account.email === undefined) return;
  const now = services.clock.now();
  const { generation } = account;
  const message = { kind: 'passphrase', what, at: now.toISOString() } as const;
  await services.outbox.add({ generation, uniqueKey: `passphrase:${generation}:${now.getTime()}`, message }, now);
}
