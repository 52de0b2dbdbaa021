import type { Knex } from 'knex';
import type { OpenSession, SessionGrant, Sessions } from '../contracts/sessions.ts';
import { parseGeneration, type ServerId } from '../domain/ids.ts';
import { explainUnreachable } from './explain-unreachable.ts';

interface SessionBook {
  readonly connection: Knex;
  readonly server: ServerId;
}

interface LoginRow {
  readonly secret_hash: string;
  readonly server: string;
  readonly session_grant: string;
  readonly expires_at: number;
}

interface SessionRow extends LoginRow {
  readonly idle_milliseconds: number;
  readonly used_at: number;
}

/** A page asks for many things in one second: only the first is written down. */
const accuracyMilliseconds = 1000;

/** Each statement stands for itself. */
export function toSessions(book: SessionBook): Sessions {
  return {
    addLogin: (hash, grant, expiresAt) =>
      explainUnreachable(() => logins(book).insert(toRow(book, hash, grant, expiresAt))),
    useLogin: (hash, now) => explainUnreachable(() => useLogin(book, hash, now)),
    add: (hash, grant, { startsAt, expiresAt, idleMilliseconds }) =>
      explainUnreachable(() =>
        sessions(book).insert({
          ...toRow(book, hash, grant, expiresAt),
          idle_milliseconds: idleMilliseconds,
          used_at: startsAt.getTime(),
        }),
      ),
    use: (hash, now) => explainUnreachable(() => useSession(book, hash, now)),
    end: (hash) => explainUnreachable(() => sessions(book).where({ secret_hash: hash }).delete()),
    removeExpired: (now) => explainUnreachable(() => removeExpired(book, now.getTime())),
  };
}

function logins({ connection, server }: SessionBook): Knex.QueryBuilder<LoginRow, LoginRow[]> {
  return connection<LoginRow>('logins').where({ server });
}

function sessions({ connection, server }: SessionBook): Knex.QueryBuilder<SessionRow, SessionRow[]> {
  return connection<SessionRow>('sessions').where({ server });
}

/** Only one caller deletes the row. */
async function useLogin(book: SessionBook, hash: string, now: Date): Promise<SessionGrant | undefined> {
  const row = await logins(book).where({ secret_hash: hash }).first();
  if (row === undefined) return undefined;
  const deleted = await logins(book).where({ secret_hash: hash }).delete();
  return deleted === 1 && now.getTime() < row.expires_at ? parseGrant(row.session_grant) : undefined;
}

async function useSession(book: SessionBook, hash: string, now: Date): Promise<OpenSession | undefined> {
  const row = await sessions(book).where({ secret_hash: hash }).first();
  const time = now.getTime();
  if (row === undefined || time >= Math.min(row.expires_at, row.used_at + row.idle_milliseconds)) return undefined;
  if (Math.abs(time - row.used_at) >= accuracyMilliseconds) {
    await sessions(book).where({ secret_hash: hash }).update({ used_at: time });
  }
  return { grant: parseGrant(row.session_grant), expiresAt: new Date(row.expires_at) };
}

async function removeExpired(book: SessionBook, time: number): Promise<void> {
  await logins(book).where('expires_at', '<=', time).delete();
  await sessions(book).whereRaw('(expires_at <= ? OR used_at + idle_milliseconds <= ?)', [time, time]).delete();
}

function toRow({ server }: SessionBook, hash: string, grant: SessionGrant, expiresAt: Date): LoginRow {
  return { secret_hash: hash, server, session_grant: JSON.stringify(grant), expires_at: expiresAt.getTime() };
}

/** Only `toRow` writes it. */
function parseGrant(text: string): SessionGrant {
  const grant = JSON.parse(text) as SessionGrant;
  return grant.role === 'admin' ? grant : { ...grant, generation: parseGeneration(grant.generation) };
}
