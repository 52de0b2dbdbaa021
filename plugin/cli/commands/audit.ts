import { Failure } from '../../domain/failure.ts';
import type { AuditChain, AuditLine } from '../../protocol/audit.ts';
import type { Command, Given, Result, Session } from '../command.ts';
import type { Page } from '../page.ts';
import { showActor } from '../show-actor.ts';
import { showText } from '../show-text.ts';
import { renderFitting, type Column } from '../table.ts';
import { usageLine } from '../usage-line.ts';

const limit = 100;

export const auditCommand: Command = {
  name: 'audit',
  usage: '[--verify]',
  arguments: { least: 0, most: 0 },
  options: ['verify'],
  account: 'optional',
  audience: 'everyone',
  run: async (given, session) => {
    const account = given.account === '' ? await session.ownAccount() : given.account;
    return account === undefined ? tellAll(given, session) : tellAccount(account, given, session);
  },
};

async function tellAccount(account: string, given: Given, { page, perform }: Session): Promise<Result> {
  if (given.has('verify')) throw verifiesAll(page);
  const answer = await perform<'audit'>({ kind: 'audit', account, limit });
  return {
    schema: 'larder/audit/1',
    answer,
    exitCode: 0,
    lines: render(answer.entries, page, false),
    notes: answer.entries.length === 0 ? [page.texts.say('audit.none')] : [],
  };
}

function verifiesAll({ texts }: Page): Failure {
  const hint = texts.say('usage.usage', { usage: usageLine(auditCommand) });
  return new Failure('invalid-input', { field: texts.say('field.option'), text: '--account', hint });
}

async function tellAll(given: Given, { page, perform }: Session): Promise<Result> {
  const answer = await perform<'audit-log'>({ kind: 'audit-log', limit, verify: given.has('verify') });
  const { entries, chain } = answer;
  return {
    schema: 'larder/audit-log/1',
    answer,
    exitCode: chain?.brokenAt === undefined ? 0 : 9,
    lines: render(entries, page, true),
    notes: [...(entries.length === 0 ? [page.texts.say('audit.none')] : []), ...describeChain(chain, page)],
  };
}

function describeChain(chain: AuditChain | undefined, page: Page): string[] {
  if (chain === undefined) return [];
  const { entries, lastHash, brokenAt } = chain;
  if (brokenAt !== undefined) return [page.mark('bad', page.texts.say('audit.broken', { number: brokenAt }))];
  return [page.mark('good', page.texts.say('audit.whole', { count: entries, hash: lastHash }))];
}

/** Where it is too wide, the reason is left out. */
function render(entries: readonly AuditLine[], page: Page, showsAccount: boolean): readonly string[] {
  const { texts } = page;
  const columns = [
    { title: texts.say('column.time'), show: ({ at }: AuditLine) => page.at(at) },
    { title: texts.say('column.who'), colour: 'bold', show: ({ actor }: AuditLine) => showActor(actor, page) } as const,
    ...(showsAccount ? [{ title: texts.say('column.account'), show: ({ account }: AuditLine) => account }] : []),
    { title: texts.say('column.work'), show: (line: AuditLine) => showAction(line, page) },
  ];
  const reason = { title: texts.say('column.reason'), show: showReason };
  const toTable = (chosen: readonly (Column & { show: (line: AuditLine) => string })[]) => ({
    columns: chosen,
    rows: entries.map((line) => chosen.map(({ show }) => show(line))),
  });
  return renderFitting([toTable([...columns, reason]), toTable(columns)], page.columns, page.paint);
}

function showAction({ action }: AuditLine, { texts }: Page): string {
  const key = `action.${action}`;
  return texts.has(key) ? texts.say(key) : showText(action);
}

function showReason({ actor }: AuditLine): string {
  return actor.kind === 'staff' ? showText(actor.reason) : '';
}
