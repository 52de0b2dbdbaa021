import { isFailure } from '../../domain/failure.ts';
import type { DiffLine, DiffReport } from '../../protocol/history.ts';
import type { Command, Given, Session } from '../command.ts';
import { namedBy } from '../from-option.ts';
import type { Colour, Page } from '../page.ts';
import { parsePointArgument } from '../restore-point-argument.ts';
import { diffDatabase } from '../diff-database.ts';
import { showPathBytes } from '../show-text.ts';
import { withShownPath } from '../shown-paths.ts';

const limit = 1000;

export const diffCommand: Command = {
  name: 'diff',
  usage: 'POINT [POINT|now] [PATH|db:NAME] [--from DESTINATION]',
  arguments: { least: 1, most: 3 },
  options: ['from'],
  account: 'needed',
  audience: 'everyone',
  run: async (given, session) => {
    const { account } = given;
    const ofDatabase = await diffDatabase(given, session);
    if (ofDatabase !== undefined) return ofDatabase;
    const { from, to, typedPath } = readArguments(given, session);
    const [path = ''] = await session.parsePaths([typedPath], account);
    const answer = await session.perform<'diff'>({
      kind: 'diff',
      account,
      from,
      to,
      path,
      limit,
      ...namedBy(given, 'from', 'source'),
    });
    const { page } = session;
    session.talk(describePoints(answer, page));
    return {
      schema: 'larder/diff/1',
      answer: { ...withShownPath(answer), entries: answer.entries.map(withShownPath) },
      exitCode: 0,
      lines: answer.entries.map((entry) => describeEntry(entry, page)),
      notes: summarise(answer, page),
    };
  },
};

interface Compared {
  readonly from: string;
  readonly to: string;
  readonly typedPath: string;
}

/** `diff POINT PATH` compares with now: a second word that names no restore point is a path. */
function readArguments({ arguments: [first = '', second, third] }: Given, session: Session): Compared {
  const from = parsePointArgument(first, session).point;
  if (second === undefined) return { from, to: 'now', typedPath: '~' };
  if (third !== undefined) return { from, to: parseEnd(second, session), typedPath: third };
  const to = tryEnd(second, session);
  return to === undefined ? { from, to: 'now', typedPath: second } : { from, to, typedPath: '~' };
}

function parseEnd(typed: string, session: Session): string {
  return typed.trim().toLowerCase() === 'now' ? 'now' : parsePointArgument(typed, session).point;
}

function tryEnd(typed: string, session: Session): string | undefined {
  try {
    return parseEnd(typed, session);
  } catch (error) {
    if (isFailure(error, 'invalid-input')) return undefined;
    throw error;
  }
}

function describePoints({ from, to }: DiffReport, page: Page): string {
  const facts = { from: page.at(from.time), to: to === undefined ? '' : page.at(to.time) };
  return page.texts.say(to === undefined ? 'diff.sinceThen' : 'diff.between', facts);
}

const marks = { added: '+', changed: '~', removed: '–', attributes: '*' } as const;
const colours = { added: 'green', changed: 'yellow', removed: 'red', attributes: 'grey' } as const satisfies {
  readonly [change in DiffLine['change']]: Colour;
};

function describeEntry({ path, change, type, sizeBefore, sizeAfter }: DiffLine, page: Page): string {
  const name = `${showPathBytes(path)}${type === 'dir' ? '/' : ''}`;
  const sizes = [sizeBefore, sizeAfter].flatMap((bytes) => (bytes === undefined ? [] : [page.size(bytes)]));
  const [first, second] = sizes;
  const size = first === second || second === undefined ? (first ?? '') : `${first} → ${second}`;
  const shown = type === 'file' && change !== 'attributes' ? `  ${page.paint('grey', size)}` : '';
  return `${page.paint(colours[change], marks[change])} ${name}${shown}`;
}

function summarise(report: DiffReport, page: Page): string[] {
  const { texts, paint } = page;
  const { added, changed, removed, attributes, isComplete, entries } = report;
  const all = added + changed + removed + attributes;
  if (all === 0) return [texts.say('diff.same')];
  const counts = [
    texts.say('diff.added', { count: added }),
    texts.say('diff.changed', { count: changed }),
    texts.say('diff.removed', { count: removed }),
    ...(attributes === 0 ? [] : [texts.say('diff.attributes', { count: attributes })]),
  ];
  const more = isComplete ? [] : [texts.say('coverage.more', { count: all - entries.length })];
  return [...more, paint('grey', counts.join(', '))];
}
