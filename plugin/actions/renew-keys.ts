import type { FormerRepository } from '../contracts/records.ts';
import { Failure } from '../domain/failure.ts';
import { planRenewalStep } from '../domain/plan-renewal.ts';
import { folders } from '../engine/format.ts';
import { describeLoss, foreseeLoss, surveyRenewal } from '../engine/renewal-survey.ts';
import { lockRepository } from '../engine/repository-lock.ts';
import type { RenewReport } from '../protocol/keys.ts';
import { findRepository, type AccountRepository } from './account-repository.ts';
import { adoptSuccessor, findSuccessor, openIfThere, type Successor } from './adopt-successor.ts';
import { bringAndExchange, freeBytes, type Exchanged } from './exchange-repository.ts';
import { findAccount } from './find-account.ts';
import { closeFormer, finishRenewal } from './finish-renewal.ts';
import { formerLines, formerPlaces } from './former-places.ts';
import { findFolder, prepareTarget } from './renewal-target.ts';
import type { Performing, Services } from './services.ts';

export interface RenewRequest {
  readonly account: string;
  readonly dryRun: boolean;
  /** Go on although some of what restore points need is lost already. */
  readonly acceptLoss: boolean;
}

/**
 * Makes a new repository with keys of its own for an account, brings all restore points there, reads all of it back, and
 * only then lets it take the place of the old one, which stays where it is. Killed at any moment, one of the two is used
 * and whole; the next try goes on.
 * @throws {Failure} `unknown-account`, `repository-missing`, `repository-locked`, `no-space`, `repository-damaged` when
 * what was written does not read back.
 */
export async function renewKeys(performing: Performing, request: RenewRequest): Promise<RenewReport> {
  const { services, jobId } = performing;
  const account = await findAccount(services, request.account);
  const found = await findRepository(services, account);
  if (request.dryRun) return preview(performing, found);
  const step = planRenewalStep(await replacedAt(services, found), jobId);
  for (const former of step.open) await closeFormer(services, former);
  if (step.kind === 'begin') return renew(performing, found, request.acceptLoss);
  return step.kind === 'finish' ? finish(performing, step.replaced) : tell(services, found, step.replaced);
}

/** Whether something was lost on the way is not known any more. */
async function finish(performing: Performing, former: FormerRepository): Promise<RenewReport> {
  const { services } = performing;
  const used = await findRepository(services, await findAccount(services, former.accountName));
  await finishRenewal(performing, used, former, false);
  return tell(services, used, former);
}

/** What was brought before is not counted again. */
async function tell(services: Services, used: AccountRepository, former: FormerRepository): Promise<RenewReport> {
  const points = await (await services.openStore(used.place)).list(folders.snapshots);
  const counts = { points: points.length, bytes: 0, freeBytes: freeBytes(services, used), lost: [] };
  return report(services, used, { outcome: 'renewed', from: former.folder, to: used.place.folder, ...counts });
}

/** Whoever cannot have the locks has changed nothing. */
async function renew(performing: Performing, found: AccountRepository, acceptLoss: boolean): Promise<RenewReport> {
  const { services } = performing;
  const source = await openIfThere(services, found);
  const successor = await findSuccessor(services, found, source);
  if (successor !== undefined) return finish(performing, await adoptSuccessor(performing, found, successor));
  if (source === undefined) throw new Failure('repository-missing', { location: found.location });
  const { target, lock } = await prepareTarget(services, found);
  let exchanged: Exchanged;
  try {
    exchanged = await bringAndExchange({ performing, found, acceptLoss, source, target, lock });
  } finally {
    await lock.release();
  }
  const { former, ...told } = exchanged;
  if (former !== undefined) {
    const used = await findRepository(services, found.account);
    await finishRenewal(performing, used, former, told.lost.length === 0);
  }
  return report(services, found, { ...told, from: found.place.folder, to: target.place.folder });
}

async function replacedAt(
  { records }: Services,
  { account, destination }: AccountRepository,
): Promise<FormerRepository[]> {
  const all = await records.listFormerRepositories();
  return all.filter((one) => one.generation === account.generation && one.destination === destination);
}

/** Changes nothing. Of what is lost it knows what can be seen without reading contents, also packs that are not there. */
async function preview(performing: Performing, found: AccountRepository): Promise<RenewReport> {
  const { services, signal } = performing;
  const source = await openIfThere(services, found);
  const successor = await findSuccessor(services, found, source);
  if (successor !== undefined) return previewSuccessor(services, found, successor);
  if (source === undefined) throw new Failure('repository-missing', { location: found.location });
  const { place, begun } = await findFolder(services, found);
  const lock = await lockRepository(source, false, services.locker);
  try {
    const survey = await surveyRenewal(source, begun?.repository, { locker: services.locker, signal });
    foreseeLoss(survey);
    const lost = await describeLoss(survey, signal);
    const counts = { points: survey.snapshots.length, bytes: survey.bytes, freeBytes: freeBytes(services, found) };
    const names = { from: found.place.folder, to: place.folder };
    return await report(services, found, { outcome: 'planned', ...names, ...counts, lost });
  } finally {
    await lock.release();
  }
}

/** It is there already: only the records do not know it. */
function previewSuccessor(
  services: Services,
  found: AccountRepository,
  { place, snapshots }: Successor,
): Promise<RenewReport> {
  const counts = { points: snapshots.length, bytes: 0, freeBytes: freeBytes(services, found), lost: [] };
  return report(services, found, { outcome: 'planned', from: found.place.folder, to: place.folder, ...counts });
}

async function report(
  services: Services,
  { account, destination }: AccountRepository,
  told: Omit<RenewReport, 'account' | 'destination' | 'former'>,
): Promise<RenewReport> {
  const former = await formerLines(services, account.generation, await formerPlaces(services));
  return { account: account.name, destination, ...told, former };
}
