import type { Account } from '../domain/account.ts';
import type { DestinationConfiguration } from '../domain/destination.ts';
import { tellFailure } from '../domain/carried-failure.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import type { CopyReport, CopyRequest } from '../protocol/copies.ts';
import type { Answer } from '../protocol/requests.ts';
import { copyAccount } from './copy-account.ts';
import { copyBack } from './copy-back.ts';
import { findAccount, knownAccounts } from './find-account.ts';
import { claimDestination } from './owner-marker.ts';
import { chosenDestination, type Performing, type Services } from './services.ts';

/**
 * Brings copies up to date, account by account. What happens to one keeps no other from its turn.
 * @throws {Failure} `unknown-account`, `unknown-destination`; `invalid-input` for the primary destination.
 */
export async function copyRepositories(
  performing: Performing,
  request: Omit<CopyRequest, 'kind'>,
): Promise<Answer<'copy'>> {
  const { services } = performing;
  const accounts =
    request.account === undefined ? await knownAccounts(services) : [await findAccount(services, request.account)];
  const copies: CopyReport[] = [];
  for (const destination of copyDestinations(services, request.destination)) {
    const refusal = request.back ? undefined : await claim(services, destination);
    for (const account of accounts) {
      performing.signal.throwIfAborted();
      const { repair, back } = request;
      const order = { account, destination, repair, back };
      const report = await copyOne(performing, order, refusal);
      if (report !== undefined) copies.push(report);
    }
  }
  return { copies };
}

/** @throws {Failure} `unknown-destination`, `invalid-input`. */
function copyDestinations({ configuration }: Services, name: string | undefined): readonly DestinationConfiguration[] {
  if (name === undefined) return configuration.destinations.filter(holdsCopies);
  const found = chosenDestination(configuration, name);
  if (holdsCopies(found)) return [found];
  throw new Failure('invalid-input', {
    field: 'destination',
    text: name,
    hint: 'one with role = "secondary" or "tertiary": the others hold no copies',
  });
}

function holdsCopies({ role }: DestinationConfiguration): boolean {
  return role === 'secondary' || role === 'tertiary';
}

async function claim(services: Services, destination: DestinationConfiguration): Promise<Failure | undefined> {
  try {
    await claimDestination(services, destination);
    return undefined;
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
}

interface OneCopy {
  readonly account: Account;
  readonly destination: DestinationConfiguration;
  readonly repair: boolean;
  readonly back: boolean;
}

/** @returns undefined for an account that was never backed up. */
async function copyOne(
  performing: Performing,
  order: OneCopy,
  refusal: Failure | undefined,
): Promise<CopyReport | undefined> {
  const { clock } = performing.services;
  const begun = clock.elapsedMilliseconds();
  const common = { account: order.account.name, destination: order.destination.name };
  const seconds = (): number => (clock.elapsedMilliseconds() - begun) / 1000;
  try {
    if (refusal !== undefined) throw refusal;
    const done = await (order.back ? copyBack : copyAccount)(performing, order);
    return { ...common, outcome: 'done', failure: undefined, ...done, seconds: seconds() };
  } catch (error) {
    if (isFailure(error, 'repository-missing')) return undefined;
    if (!isFailure(error)) throw error;
    const failure = tellFailure(error);
    const nothing = {
      points: 0,
      pointsSent: 0,
      pointsForgotten: 0,
      packsSent: 0,
      bytesSent: 0,
      lockedUntil: undefined,
    };
    return { ...common, outcome: 'failed', failure, ...nothing, seconds: seconds() };
  }
}
