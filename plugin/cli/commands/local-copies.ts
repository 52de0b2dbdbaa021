import { Failure } from '../../domain/failure.ts';
import type { LocalCopyLine, LocalCopyPolicy } from '../../protocol/jobs.ts';
import type { Answers } from '../../protocol/requests.ts';
import type { Command, Given, Result, Session } from '../command.ts';
import { parseKeep } from '../keep-argument.ts';
import type { Page } from '../page.ts';
import { showPathBytes } from '../show-text.ts';
import { renderTable } from '../table.ts';

export const localCopiesCommand: Command = {
  name: 'local-copies',
  usage: '[--every day|week|never [--keep N] [PATH…]]',
  arguments: { least: 0, most: Infinity },
  options: ['every', 'keep'],
  account: 'needed',
  audience: 'everyone',
  run: (given, session) => (given.has('every') ? setPolicy(given, session) : list(given, session)),
};

async function list(given: Given, session: Session): Promise<Result> {
  const { page } = session;
  const needsEvery = given.arguments.length > 0 || given.has('keep');
  if (needsEvery)
    throw new Failure('invalid-input', { field: '--every', text: '', hint: page.texts.say('usage.every') });
  const answer = await session.perform<'local-copies'>({ kind: 'local-copies', account: given.account });
  return {
    schema: 'larder/local-copies/1',
    answer: forMachines(answer),
    exitCode: 0,
    lines: render(answer.copies, page),
    notes: await describe(answer, session),
  };
}

function forMachines(answer: Answers['local-copies']): object {
  const copies = answer.copies.map((copy) => ({ ...copy, file: showPathBytes(copy.file), fileBytes: copy.file }));
  const policy = answer.policy === undefined ? undefined : policyForMachines(answer.policy);
  return { ...answer, folder: showPathBytes(answer.folder), copies, policy };
}

function policyForMachines(policy: LocalCopyPolicy): object {
  return { ...policy, paths: policy.paths.map(showPathBytes), pathsBytes: policy.paths };
}

function render(copies: readonly LocalCopyLine[], page: Page): readonly string[] {
  const { texts } = page;
  const columns = [
    { title: texts.say('column.time') },
    { title: texts.say('column.size'), side: 'right' },
    { title: texts.say('column.name'), colour: 'bold' },
  ] as const;
  return renderTable(
    columns,
    copies.map(({ file, createdAt, bytes }) => [page.at(createdAt), page.size(bytes), showPathBytes(file)]),
    page.paint,
  );
}

async function describe({ account, copies, policy }: Answers['local-copies'], session: Session): Promise<string[]> {
  const { texts } = session.page;
  const command = `${await session.larder(account)} local-copy`;
  return [
    ...(copies.length === 0 ? [texts.say('localCopy.none', { command })] : []),
    ...(policy === undefined ? [] : [describePolicy(policy, session.page)]),
  ];
}

function describePolicy({ every, keep, paths }: LocalCopyPolicy, { texts }: Page): string {
  const shown = paths.map((path) => (path === '' ? texts.say('localCopy.home') : showPathBytes(path)));
  const facts = { count: keep, paths: shown.join(', ') };
  return texts.say(`localCopy.every.${every}`, facts);
}

async function setPolicy(given: Given, session: Session): Promise<Result> {
  const { page } = session;
  const { account } = given;
  const keep = parseKeep(given.option('keep'), page.texts);
  const typed = given.arguments.length === 0 ? ['~'] : given.arguments;
  const paths = await session.parsePaths(typed, account);
  const policy: LocalCopyPolicy = { paths, every: parseEvery(given.option('every'), page), keep };
  const answer = await session.perform<'local-copy-policy'>({ kind: 'local-copy-policy', account, policy });
  return {
    schema: 'larder/local-copy-policy/1',
    answer: { ...answer, policy: policyForMachines(answer.policy) },
    exitCode: 0,
    lines: [page.mark('good', describePolicy(answer.policy, page))],
    notes: [],
  };
}

function parseEvery(typed: string | undefined, { texts }: Page): LocalCopyPolicy['every'] {
  const every = (['day', 'week', 'never'] as const).find((word) => word === typed);
  if (every !== undefined) return every;
  throw new Failure('invalid-input', { field: '--every', text: typed ?? '', hint: texts.say('usage.every') });
}
