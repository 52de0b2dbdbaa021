/** What renewals of keys are tried with, in the process of a test. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRepository, type AccountRepository } from '../../plugin/actions/account-repository.ts';
import { findAccount } from '../../plugin/actions/find-account.ts';
import type { Services } from '../../plugin/actions/services.ts';
import type { RepositoryRecord } from '../../plugin/contracts/records.ts';
import type { HistorySite } from './history-site.ts';
import { giveAway } from './installation.ts';

export const renewOf = (account: string) =>
  ({ kind: 'keys-renew', account, dryRun: false, acceptLoss: false }) as const;

export async function inUse({ services }: HistorySite, account: string): Promise<AccountRepository> {
  return findRepository(services, await findAccount(services, account));
}

/** A backup of a page with that content. */
export async function backUpPage(site: HistorySite, index: number, content: string): Promise<void> {
  const home = site.homes[index] ?? '';
  writeFileSync(join(home, 'page.html'), content);
  giveAway(home, 20_001 + index);
  await site.perform({ kind: 'backup', account: `u${index + 1}`, paths: [], label: content.slice(0, 10) });
}

/** The records as they were before the last exchange: what a copy of the database made then would bring back. */
export async function takeBack(site: HistorySite, account: string, before: RepositoryRecord): Promise<void> {
  const { records } = site.services;
  const used = await inUse(site, account);
  const record = await records.findRepository(used.account.generation, used.destination);
  if (record === undefined) throw new Error('there is no repository');
  const back = { former: record, record: before, points: new Map(), at: new Date(), job: undefined, isClosed: true };
  await records.exchangeRepository(back);
  for (const one of await records.listFormerRepositories())
    if (one.generation === record.generation) await records.dropFormerRepository(one);
}

/** What the records say now. */
export async function recordOf(site: HistorySite, account: string): Promise<RepositoryRecord> {
  const used = await inUse(site, account);
  const record = await site.services.records.findRepository(used.account.generation, used.destination);
  if (record === undefined) throw new Error('there is no repository');
  return record;
}

/** A second destination, which stands before the primary one. */
export function withSecond({ services, folder }: HistorySite): Pick<Services, 'configuration'> {
  const { configuration } = services;
  const [primary] = configuration.destinations;
  if (primary?.kind !== 'local') throw new Error('the primary destination is not local');
  const second = { ...primary, name: 'second', role: 'secondary', path: `${folder}/second` } as const;
  return { configuration: { ...configuration, destinations: [second, primary] } };
}
