import { Failure } from '../../domain/failure.ts';
import { askFirst } from '../ask-first.ts';
import type { Command, Given, Result, Session } from '../command.ts';
import { describeAll, exitCodeForAll } from '../renew-all-lines.ts';
import { describeRenewal, exitCodeFor } from '../renew-lines.ts';

export const keysRenewCommand: Command = {
  name: 'keys renew',
  usage: '[--all] [--dry-run] [--accept-loss]',
  arguments: { least: 0, most: 0 },
  options: ['all', 'dry-run', 'accept-loss'],
  account: 'optional',
  audience: 'administrator',
  run: async (given, session) => {
    const { texts } = session.page;
    const isAll = given.has('all');
    if (isAll === (given.account !== '')) {
      const text = isAll ? '--all' : '';
      throw new Failure('invalid-input', {
        field: texts.say('field.option'),
        text,
        hint: texts.say('keys.renewAll.choose'),
      });
    }
    return isAll ? renewAll(given, session) : renewOne(given, session);
  },
};

async function renewOne(given: Given, { page, perform, confirm }: Session): Promise<Result> {
  const { account } = given;
  const dryRun = given.has('dry-run');
  if (!dryRun) await askFirst({ confirm }, page.texts.say('keys.askRenew', { account }), 'keys renew');
  const request = { account, dryRun, acceptLoss: given.has('accept-loss') };
  const answer = await perform<'keys-renew'>({ kind: 'keys-renew', ...request });
  const lines = describeRenewal(answer, page);
  return { schema: 'larder/keys-renew/1', answer, exitCode: exitCodeFor(answer, request.acceptLoss), lines, notes: [] };
}

async function renewAll(given: Given, { page, perform, confirm }: Session): Promise<Result> {
  const dryRun = given.has('dry-run');
  if (!dryRun) await askFirst({ confirm }, page.texts.say('keys.askRenewAll'), 'keys renew');
  const request = { dryRun, acceptLoss: given.has('accept-loss') };
  const answer = await perform<'keys-renew-all'>({ kind: 'keys-renew-all', ...request });
  const lines = describeAll(answer, request, page);
  const exitCode = exitCodeForAll(answer, request.acceptLoss);
  return { schema: 'larder/keys-renew-all/1', answer, exitCode, lines, notes: [] };
}
