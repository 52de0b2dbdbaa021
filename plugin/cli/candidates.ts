import type { Command, Session } from './command.ts';
import { commandNames } from './command-names.ts';
import { takesValue, type TypedWords } from './completion-words.ts';
import { helpKey } from './help-key.ts';
import { globalOptions, type OptionName } from './options.ts';
import { shortId, showPathBytes, showText } from './show-text.ts';

/** A word that could stand where the person types, and what it is. */
export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** The commands that the first of these words may name. */
export type LoadCommands = (words: readonly string[]) => Promise<readonly Command[]>;

type Find = (typed: TypedWords, session: Session) => Promise<Candidate[]>;

/** Words that fit where the person types, safe on a terminal; none where the shell's own names of files are meant. */
export async function findCandidates(
  typed: TypedWords,
  session: Session,
  loadCommands: LoadCommands,
): Promise<Candidate[]> {
  const found = await find(typed, session, loadCommands);
  const safe = found.map(({ word, about }) => ({ word: showText(word), about: showText(about) }));
  return firstOfEach(safe.filter(({ word }) => word.startsWith(typed.current)));
}

function firstOfEach(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ word }) => !seen.has(word) && seen.add(word));
}

async function find(typed: TypedWords, session: Session, loadCommands: LoadCommands) {
  const { words, current, option } = typed;
  if (option !== undefined) return (valuesOf[option] ?? nothing)(typed, session);
  const [first] = words;
  if (current.startsWith('-')) return listOptions(typed, await loadCommands(words.slice(0, 2)));
  if (first === undefined) return listCommands('', session);
  if (first === 'help' || first === 'man') return listCommands(words.slice(1).join(' '), session);
  const places = placesOf[first];
  if (places === undefined) return listCommands(first, session);
  return (places[Math.min(words.length - 1, places.length - 1)] ?? nothing)(typed, session);
}

const nothing: Find = () => Promise.resolve([]);
const words =
  (...all: string[]): Find =>
  () =>
    Promise.resolve(all.map((word) => ({ word, about: '' })));

const listPoints: Find = async ({ values }, session) => {
  const { points } = await session.perform<'list'>({ kind: 'list', account: await accountOf(values, session) });
  const newestFirst = points.toReversed();
  const latest = newestFirst.find(({ kind }) => kind !== 'before-restore' && kind !== 'database');
  return [
    ...(latest === undefined ? [] : [{ word: 'latest', about: session.page.at(latest.time) }]),
    ...newestFirst.map((point) => ({ word: session.page.minute(point.time), about: session.page.ago(point.time) })),
    ...newestFirst.map((point) => ({ word: shortId(point.id), about: session.page.at(point.time) })),
  ];
};

const listIds: Find = async ({ values }, session) => {
  const { points } = await session.perform<'list'>({ kind: 'list', account: await accountOf(values, session) });
  return points.toReversed().map(({ id, time }) => ({ word: shortId(id), about: session.page.at(time) }));
};

const listJobs: Find = async ({ values }, session) => {
  const account = await accountOf(values, session);
  const { jobs } = await session.perform<'jobs'>({ kind: 'jobs', account, limit: 20 });
  return jobs.map(({ id, createdAt }) => ({ word: shortId(id), about: session.page.ago(createdAt) }));
};

const listAccounts: Find = async (_, session) => {
  const { accounts } = await session.perform<'accounts'>({ kind: 'accounts' });
  return accounts.map(({ name }) => ({ word: name, about: '' }));
};

/** Paths in the restore point that `--at` names, else in the newest. */
const listPaths: Find = (typed, session) => listBelow(typed.values.get('at') ?? 'latest', typed, session);
/** Paths in the restore point that is the first argument. */
const listPathsOfPoint: Find = (typed, session) => listBelow(typed.words[1] ?? 'latest', typed, session);

async function listBelow(at: string, { current, values }: TypedWords, session: Session): Promise<Candidate[]> {
  const account = await accountOf(values, session);
  const point = await parsePoint(at, session);
  const folder = current.slice(0, current.lastIndexOf('/') + 1);
  const [path = ''] = await session.parsePaths([folder === '' ? '.' : folder], account);
  const { entries } = await session.perform<'browse'>({ kind: 'browse', account, point, path });
  return entries.map(({ name, type }) => ({
    word: `${folder}${showPathBytes(name)}${type === 'dir' ? '/' : ''}`,
    about: '',
  }));
}

/** Words for times are a dictionary in three languages. */
async function parsePoint(typed: string, session: Session): Promise<string> {
  const { parsePointArgument } = await import('./restore-point-argument.ts');
  return parsePointArgument(typed, session).point;
}

/** `db:NAME` of the databases in the restore point that is the first argument. */
const listDatabases: Find = async ({ values, words: typed }, session) => {
  const account = await accountOf(values, session);
  const point = await parsePoint(typed[1] ?? 'latest', session);
  const { databases } = await session.perform<'databases'>({ kind: 'databases', account, point });
  return databases.map(({ name }) => ({ word: `db:${name}`, about: '' }));
};

const listEnds: Find = async (typed, session) => [
  { word: 'now', about: '' },
  ...(await listPoints(typed, session)),
  ...(await listPathsOfPoint(typed, session)),
];

/** What each argument of a command may be; the last stands for all that follow. */
const placesOf: { readonly [command: string]: readonly Find[] } = {
  backup: [nothing],
  'local-copy': [nothing],
  'local-copies': [nothing],
  browse: [listPoints, listPathsOfPoint, nothing],
  restore: [listPaths],
  download: [listPaths],
  versions: [listPaths, nothing],
  diff: [listPoints, listEnds, listPathsOfPoint],
  tables: [listPoints, listDatabases, nothing],
  undo: [listJobs, nothing],
  cancel: [listJobs, nothing],
  forget: [listIds],
  completion: [words('bash', 'zsh', 'fish'), nothing],
};

const valuesOf: { readonly [name in OptionName]?: Find } = {
  at: listPoints,
  changed: listPaths,
  account: listAccounts,
  every: words('day', 'week', 'never'),
  preset: words('policy', 'classic', 'all'),
  kind: words('local', 's3', 'sftp'),
};

/** Both words of `catalog rebuild`, one after the other. */
function listCommands(before: string, { page }: Session): Candidate[] {
  const skipped = before === '' ? 0 : before.split(' ').length;
  const known = commandNames.filter((name) => before === '' || name.startsWith(`${before} `));
  return known.map((name) => {
    const word = name.split(' ')[skipped] ?? '';
    return { word, about: page.texts.say(`help.${helpKey(name)}.summary`) };
  });
}

function listOptions({ words: [first, second] }: TypedWords, commands: readonly Command[]): Candidate[] {
  const command = commands.find(({ name }) => name === first || name === `${first} ${second}`);
  const names = [...(command?.options ?? []), ...globalOptions];
  return names.map((name) => ({ word: `--${name}`, about: takesValue(name) ? '…' : '' }));
}

/** @throws {Failure} `worker-unreachable`. */
async function accountOf(values: TypedWords['values'], { ownAccount }: Session): Promise<string> {
  return values.get('account') ?? (await ownAccount()) ?? '';
}
