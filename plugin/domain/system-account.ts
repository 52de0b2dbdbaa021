import type { Account } from './account.ts';
import { parseAccountName, parseGeneration, type ServerId } from './ids.ts';

/** Restore points of the server itself stand under this name, which no panel gives to an account. For root alone. */
export const systemName = parseAccountName('_system');

/** The server itself as an account. @param trustedUids whose files below its folders are taken too. */
export function systemAccount(serverId: ServerId, trustedUids: readonly number[] = []): Account {
  return {
    name: systemName,
    uid: 0,
    gid: 0,
    home: '/',
    databases: [],
    email: undefined,
    language: undefined,
    trustedUids,
    generation: parseGeneration(serverId),
  };
}
