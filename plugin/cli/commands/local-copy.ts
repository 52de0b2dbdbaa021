import type { Answers } from '../../protocol/requests.ts';
import type { Command } from '../command.ts';
import { parseKeep } from '../keep-argument.ts';
import type { Page } from '../page.ts';
import { showPathBytes } from '../show-text.ts';
import { withShownPath } from '../shown-paths.ts';

export const localCopyCommand: Command = {
  name: 'local-copy',
  usage: '[PATH…] [--keep N]',
  arguments: { least: 0, most: Infinity },
  options: ['keep'],
  account: 'needed',
  audience: 'everyone',
  run: async (given, session) => {
    const { page } = session;
    const { account } = given;
    const keep = parseKeep(given.option('keep'), page.texts);
    const typed = given.arguments.length === 0 ? ['~'] : given.arguments;
    const paths = await session.parsePaths(typed, account);
    const answer = await session.perform<'local-copy'>({ kind: 'local-copy', account, paths, keep });
    return {
      schema: 'larder/local-copy/1',
      answer: forMachines(answer),
      exitCode: answer.problemCount > 0 ? 3 : 0,
      lines: [describe(answer, page)],
      notes: describeRest(answer, page),
    };
  },
};

function forMachines(answer: Answers['local-copy']): object {
  return {
    ...answer,
    file: showPathBytes(answer.file),
    fileBytes: answer.file,
    removed: answer.removed.map(showPathBytes),
    problems: answer.problems.map(withShownPath),
  };
}

function describe({ file, files, bytes, problemCount }: Answers['local-copy'], page: Page): string {
  const facts = { count: files, size: page.size(bytes), file: showPathBytes(file) };
  return page.mark(problemCount > 0 ? 'warning' : 'good', page.texts.say('localCopy.kept', facts));
}

const problemsShown = 10;

function describeRest({ removed, problems, problemCount }: Answers['local-copy'], page: Page): string[] {
  const { texts } = page;
  const shown = problems.slice(0, problemsShown).map(({ path, reason }) => {
    return `    ${texts.say('restore.changed', { path: showPathBytes(path), reason: showReason(reason, page) })}`;
  });
  const more = problemCount - shown.length;
  return [
    ...(removed.length === 0 ? [] : [page.paint('grey', texts.say('localCopy.removed', { count: removed.length }))]),
    ...(problemCount === 0 ? [] : [page.mark('warning', texts.say('zip.problems', { count: problemCount }))]),
    ...shown,
    ...(more > 0 ? [`    ${texts.say('coverage.more', { count: more })}`] : []),
  ];
}

/** Why something is not in a zip, or not under its name. */
export function showReason(reason: string, { texts }: Page): string {
  const key = `zip.${reason}`;
  return texts.has(key) ? texts.say(key) : reason;
}
