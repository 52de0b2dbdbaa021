import type { Account } from '../domain/account.ts';
import { Failure } from '../domain/failure.ts';
import { localCopiesFolder } from '../domain/local-copy-name.ts';
import { isCopyCount, mostLocalCopies } from '../domain/local-copy-policy.ts';
import { LocalCopies } from '../engine/local-copies.ts';
import type { LocalCopyPolicy } from '../protocol/jobs.ts';
import type { Answer, Request } from '../protocol/requests.ts';
import { findAccount } from './find-account.ts';
import { parseHomePath } from './home-path.ts';
import type { Services } from './services.ts';

/** The plain archives that lie in the account's own home, oldest first, and its policy. */
export async function listLocalCopies(services: Services, accountName: string): Promise<Answer<'local-copies'>> {
  const account = await findAccount(services, accountName);
  const copies = openLocalCopies(services, account)
    .list(account.home)
    .map(({ name, createdAt, bytes }) => {
      return { file: localCopyPath(name), createdAt: createdAt.toISOString(), bytes };
    });
  const policy = await services.localCopyPolicies.load(account.generation);
  return { account: account.name, folder: toPathBytes(localCopiesFolder), copies, policy };
}

/** Remembers what the account wants from now on. @throws {Failure} `invalid-input`, `path-outside-home`, `no-space`. */
export async function setLocalCopyPolicy(
  services: Services,
  request: Extract<Request, { kind: 'local-copy-policy' }>,
): Promise<Answer<'local-copy-policy'>> {
  const account = await findAccount(services, request.account);
  const { paths, every, keep } = request.policy;
  for (const path of paths) parseHomePath(path, account.home);
  refuseUnkeepable(request.policy);
  const policy = { paths, every, keep };
  await services.localCopyPolicies.save(account.generation, policy);
  return { account: account.name, policy };
}

/** @throws {Failure} `invalid-input`. */
export function refuseUnkeepable({ paths, keep }: Pick<LocalCopyPolicy, 'paths' | 'keep'>): void {
  if (paths.length === 0) throw new Failure('invalid-input', { field: 'paths', text: '', hint: 'at least one path' });
  if (isCopyCount(keep)) return;
  throw new Failure('invalid-input', { field: 'keep', text: String(keep), hint: `1 to ${mostLocalCopies}` });
}

export function openLocalCopies({ files, workspace }: Services, account: Account): LocalCopies {
  return new LocalCopies(files, workspace.codec, account.uid);
}

/** As it travels. */
export function localCopyPath(name: string): string {
  return toPathBytes(`${localCopiesFolder}/${name}`);
}

function toPathBytes(path: string): string {
  return Buffer.from(path).toString('base64');
}
