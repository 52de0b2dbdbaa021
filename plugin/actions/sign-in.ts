import type { SessionGrant } from '../contracts/sessions.ts';
import type { Account } from '../domain/account.ts';
import type { Actor } from '../domain/actor.ts';
import { Failure } from '../domain/failure.ts';
import type { Generation } from '../domain/ids.ts';
import { serverWork } from '../domain/server-work.ts';
import { tierOf } from '../domain/tier.ts';
import type { Answer } from '../protocol/requests.ts';
import type { LoginRequest } from '../protocol/sessions.ts';
import { findAccount, knownAccounts } from './find-account.ts';
import { recordEntry, type Concerned } from './record-audit.ts';
import type { Services } from './services.ts';

const linkSeconds = 60;
const sessionHours = 8;
const staffMinutes = 60;
const idleMinutes = 15;

/**
 * A link that signs one person in once, within a minute unless root wants it otherwise. The secret is in its fragment, which no server's log and no
 * Referer header ever holds. @throws {Failure} `unknown-account`.
 */
export async function makeLogin(services: Services, request: LoginRequest): Promise<Answer<'login'>> {
  const secret = services.randomSecret().toString('base64url');
  const seconds = 'minutes' in request && request.minutes !== undefined ? request.minutes * 60 : linkSeconds;
  const expiresAt = new Date(services.clock.now().getTime() + seconds * 1000);
  await services.sessions.addLogin(services.hashSecret(secret), await grantOf(services, request), expiresAt);
  const { url } = services.configuration.web;
  return {
    secret,
    url: url === undefined ? undefined : `${url}/login#t=${secret}`,
    expiresAt: expiresAt.toISOString(),
  };
}

async function grantOf(services: Services, request: LoginRequest): Promise<SessionGrant> {
  if (request.role === 'admin') return { role: 'admin', staff: request.staff };
  const { generation } = await findAccount(services, request.account);
  if (request.role === 'account') return { role: 'account', generation };
  const { staff, ticket, reason } = request;
  return { role: 'staff', generation, staff, ticket, reason };
}

/** Trades the secret of a login link for a session. The link is used up whatever comes of it. @throws {Failure} `login-invalid`. */
export async function openSession(services: Services, secret: string): Promise<Answer<'open-session'>> {
  const now = services.clock.now();
  const grant = await services.sessions.useLogin(services.hashSecret(secret), now);
  if (grant === undefined) throw new Failure('login-invalid', { hint: 'larder login' });
  const account = grant.role === 'admin' ? undefined : await accountOf(services, grant.generation);
  await recordEntry(services, actorOfGrant(grant), concernedBy(account), { action: 'open-session', details: {} });
  const session = services.randomSecret().toString('base64url');
  const minutes = grant.role === 'staff' ? staffMinutes : sessionHours * 60;
  const expiresAt = new Date(now.getTime() + minutes * 60_000);
  await services.sessions.add(services.hashSecret(session), grant, {
    startsAt: now,
    expiresAt,
    idleMilliseconds: idleMinutes * 60_000,
  });
  return { session, role: grant.role, account: account?.name, expiresAt: expiresAt.toISOString() };
}

function actorOfGrant(grant: SessionGrant): Actor {
  if (grant.role === 'account') return { kind: 'account' };
  if (grant.role === 'admin') return { kind: 'admin', name: grant.staff };
  const { staff, ticket, reason } = grant;
  return { kind: 'staff', name: staff, ticket, reason };
}

function concernedBy(account: Account | undefined): Concerned {
  return account === undefined ? serverWork : { generation: account.generation, accountName: account.name };
}

/** Whose session it is. @throws {Failure} `login-invalid` when it has ended. */
export async function tellSession(services: Services, session: string): Promise<Answer<'session'>> {
  const open = await services.sessions.use(services.hashSecret(session), services.clock.now());
  if (open === undefined) throw new Failure('login-invalid', { hint: 'Sign in again.' });
  const { grant, expiresAt } = open;
  const account = grant.role === 'admin' ? undefined : await accountOf(services, grant.generation);
  return {
    role: grant.role,
    ...(await readingOf(services, account)),
    email: grant.role === 'account' ? account?.email : undefined,
    staff: 'staff' in grant ? grant.staff : undefined,
    ticket: 'ticket' in grant ? grant.ticket : undefined,
    site: account?.domain,
    rpoHours: account === undefined ? undefined : tierOf(services.configuration.proof.tiers, account).rpoHours,
    hasDatabases: services.configuration.databases.length > 0,
    undoDays: services.configuration.restore.undoDays,
    expiresAt: expiresAt.toISOString(),
  };
}

/** In what language and time an account reads. */
async function readingOf(
  services: Services,
  account: Account | undefined,
): Promise<Pick<Answer<'session'>, 'account' | 'language' | 'timeZone'>> {
  if (account === undefined) return { account: undefined, language: undefined, timeZone: undefined };
  const { language, timeZone } = await services.settings.load(account.generation);
  return { account: account.name, language: language ?? account.language, timeZone };
}

/** The account that was given this generation. @throws {Failure} `login-invalid` when it is no longer on the panel. */
export async function accountOf(services: Services, generation: Generation): Promise<Account> {
  const account = (await knownAccounts(services)).find((known) => known.generation === generation);
  if (account === undefined) throw new Failure('login-invalid', { hint: 'larder login' });
  return account;
}
