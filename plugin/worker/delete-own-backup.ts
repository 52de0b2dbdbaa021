import { findAccount } from '../actions/find-account.ts';
import { codeMinutes, mailDeleteCode, planDeletion } from '../actions/own-backups.ts';
import type { Services } from '../actions/services.ts';
import { Failure } from '../domain/failure.ts';
import type { OwnBackupLine } from '../protocol/own.ts';
import type { Answer, Request } from '../protocol/requests.ts';
import type { StepUpCodes } from './step-up-codes.ts';

export interface DeletionOptions {
  readonly services: Services;
  readonly codes: StepUpCodes;
  /** Reads an account's own backups, in another process. */
  readonly listOwn: (account: string) => Promise<Answer<'own-backups'>>;
}

type Asking = Extract<Request, { kind: 'ask-delete-code' | 'delete-backup' }>;

/**
 * Mails a code for one backup and one session, or takes it and has the backup deleted in three days.
 * @throws {Failure} `code-wrong`, `too-many-codes`, `mail-off`, `unknown-restore-point` for what is no backup of the account's own.
 */
export async function answerDeletion(
  { services, codes, listOwn }: DeletionOptions,
  request: Asking,
  session: string,
): Promise<object> {
  const account = await findAccount(services, request.account);
  const backup = requireOwn((await listOwn(request.account)).backups, request.point);
  const [holder, thing] = [services.hashSecret(session), `delete ${account.generation} ${backup.id}`];
  if (request.kind === 'ask-delete-code') {
    const code = codes.begin(holder, thing, account.generation);
    if (code === undefined) throw new Failure('too-many-codes', { minutes: 60 });
    return await mailDeleteCode(services, account, backup, code);
  }
  if (!codes.redeem(holder, thing, request.code.trim())) throw new Failure('code-wrong', { minutes: codeMinutes });
  return await planDeletion(services, account, backup);
}

function requireOwn(backups: readonly OwnBackupLine[], point: string): OwnBackupLine {
  const found = point.length >= 8 ? backups.filter(({ id }) => id.startsWith(point)) : [];
  const [backup] = found;
  if (backup !== undefined && found.length === 1) return backup;
  throw new Failure('unknown-restore-point', { text: point, hint: 'larder list' });
}
