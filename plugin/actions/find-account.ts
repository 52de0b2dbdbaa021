import type { Account } from '../domain/account.ts';
import { Failure } from '../domain/failure.ts';
import { serverWork } from '../domain/server-work.ts';
import { systemAccount, systemName } from '../domain/system-account.ts';
import { nearestWord } from '../domain/nearest-word.ts';
import type { Services } from './services.ts';

/** The panel's accounts with their generations, brought up to date in the records. */
export async function knownAccounts({ panel, records, clock }: Services): Promise<Account[]> {
  const listed = await panel.listAccounts();
  const taken = listed.find(({ name }) => name === serverWork.accountName || name === systemName);
  if (taken !== undefined) throw reservedName(taken.name);
  return records.recordAccounts(listed, clock.now());
}

function reservedName(text: string): Failure {
  const hint = 'rename the account on the panel';
  return new Failure('invalid-input', { field: 'account name', text, hint });
}

/** Also the server itself, for whom `authorise` lets. @throws {Failure} `unknown-account`, with the name that comes nearest. */
export async function findAccount(services: Services, name: string): Promise<Account> {
  if (name === systemName) return systemAccount(services.serverId);
  const accounts = await knownAccounts(services);
  const found = accounts.find((account) => account.name === name);
  if (found !== undefined) return found;
  const nearest = nearestWord(
    name,
    accounts.map((account) => account.name),
  );
  throw new Failure('unknown-account', { account: name, hint: nearest === undefined ? 'larder accounts' : nearest });
}

/** The account that is named, or all. @throws {Failure} `unknown-account`. */
export async function chosenAccounts(services: Services, name: string | undefined): Promise<Account[]> {
  return name === undefined ? knownAccounts(services) : [await findAccount(services, name)];
}
