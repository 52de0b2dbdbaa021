import type { Knex } from 'knex';
import type { Outbox, WaitingMail } from '../contracts/outbox.ts';
import type { MailMessage } from '../domain/mail.ts';
import { parseGeneration, type ServerId } from '../domain/ids.ts';
import { readErrorCode } from '../platform/error-code.ts';
import { explainUnreachable } from './explain-unreachable.ts';

interface MailBook {
  readonly connection: Knex;
  readonly server: ServerId;
  readonly randomBytes: (size: number) => Buffer;
}

interface MailRow {
  readonly id: string;
  readonly server: string;
  readonly unique_key: string;
  readonly generation: string;
  readonly message: string;
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed';
  readonly attempts: number;
  readonly due_at: number;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly problem: string | null;
}

/** A mail that is being sent is due again when its holder's time is over. */
const open = ['waiting', 'sending'];

export function toOutbox(book: MailBook): Outbox {
  const { connection, server } = book;
  const rows = () => connection<MailRow>('mails').where({ server });
  const end = async (id: string, ending: Partial<MailRow>): Promise<void> => {
    await rows().where({ id }).update(ending);
  };
  return {
    add: (mail, now) =>
      explainUnreachable(async () => {
        const row = { server, unique_key: mail.uniqueKey, generation: mail.generation, attempts: 0 };
        const text = { id: book.randomBytes(16).toString('hex'), message: JSON.stringify(mail.message) };
        const times = { state: 'waiting' as const, due_at: now.getTime(), created_at: now.getTime() };
        return await insertOnce(() => connection<MailRow>('mails').insert({ ...row, ...text, ...times }));
      }),
    has: (uniqueKey) =>
      explainUnreachable(async () => {
        return (await rows().where({ unique_key: uniqueKey }).first('id')) !== undefined;
      }),
    claim: (now, hold) => explainUnreachable(() => claim(rows, now.getTime(), hold)),
    markSent: (id, now) =>
      explainUnreachable(() => end(id, { state: 'sent', ended_at: now.getTime(), problem: null, message: '{}' })),
    markFailed: (id, problem, nextAt, now) =>
      explainUnreachable(() =>
        end(
          id,
          nextAt === undefined
            ? { state: 'failed', ended_at: now.getTime(), problem, message: '{}' }
            : { state: 'waiting', due_at: nextAt.getTime(), problem },
        ),
      ),
    removeEndedBefore: (time) =>
      explainUnreachable(async () => {
        await rows().where('ended_at', '<', time.getTime()).delete();
      }),
  };
}

type Rows = () => Knex.QueryBuilder<MailRow, MailRow[]>;

/** Who counts the try up first has it. */
async function claim(rows: Rows, now: number, hold: number): Promise<WaitingMail | undefined> {
  for (;;) {
    const next = await rows().whereIn('state', open).where('due_at', '<=', now).orderBy('created_at').first();
    if (next === undefined) return undefined;
    const mine = { state: 'sending' as const, attempts: next.attempts + 1, due_at: now + hold };
    const claimed = await rows().where({ id: next.id, attempts: next.attempts, state: next.state }).update(mine);
    if (claimed === 1) return toWaiting({ ...next, ...mine });
  }
}

function toWaiting(row: MailRow): WaitingMail {
  return {
    id: row.id,
    generation: parseGeneration(row.generation),
    message: JSON.parse(row.message) as MailMessage,
    createdAt: new Date(row.created_at),
    attempts: row.attempts,
  };
}

async function insertOnce(insert: () => PromiseLike<unknown>): Promise<boolean> {
  try {
    await insert();
    return true;
  } catch (error) {
    const code = readErrorCode(error);
    if (code === 'ER_DUP_ENTRY' || code === 'SQLITE_CONSTRAINT_UNIQUE') return false;
    throw error;
  }
}
