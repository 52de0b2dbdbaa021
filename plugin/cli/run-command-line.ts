import { Failure } from '../domain/failure.ts';
import type { Command, Given, Result, Session } from './command.ts';
import { createSession } from './create-session.ts';
import { chooseLanguage, isUtf8 } from './language.ts';
import { loadCommands } from './load-commands.ts';
import { createMoments } from './moments.ts';
import { createPage } from './page.ts';
import type { Page } from './page.ts';
import { hasFlag, parseArguments } from './parse-arguments.ts';
import { openScreen } from './screen.ts';
import type { Output, Screen } from './screen.ts';
import { showText } from './show-text.ts';
import type { Surroundings } from './surroundings.ts';
import { openTexts } from './texts.ts';
import type { Texts } from './texts.ts';
import { usageLineWithAccount } from './usage-line.ts';

/** Does what `argv` asks for and resolves to the exit code. Never rejects, unless a stream or a text file cannot be used. */
export async function runCommandLine(surroundings: Surroundings): Promise<number> {
  const { argv, environment, streams, loadTexts } = surroundings;
  const isJson = hasFlag(argv, '--json');
  const texts = openTexts(isJson ? 'en' : chooseLanguage(environment), loadTexts);
  const screen = openScreen(streams.stdout, streams.stderr, isUtf8(environment));
  const { connect, tell } = watchSettings(surroundings);
  const stage: Stage = { surroundings, connect, isJson, texts, screen };
  try {
    const result = await chooseAndRun(stage);
    screen.clear();
    await writeResult(result, stage);
    return result.exitCode;
  } catch (error) {
    screen.clear();
    return await writeFailure(error, stage);
  } finally {
    tell(stage);
  }
}

/** Root is told in the end when the worker that was asked goes by a configuration that was changed meanwhile. */
function watchSettings({ connect, streams }: Surroundings) {
  let outdated: string | undefined;
  return {
    connect: async () => {
      const connection = await connect();
      outdated = connection.outdated;
      return connection;
    },
    tell: (stage: Stage): void => {
      if (outdated === undefined || stage.isJson) return;
      const told = stage.texts.say('usage.outdated', { file: outdated });
      stage.screen.talk(openPage(stage, streams.stderr).mark('warning', told));
    },
  };
}

interface Stage {
  readonly surroundings: Surroundings;
  /** Instead of that of the surroundings, which are passed on as they are: what is dear to find out they ask for late. */
  readonly connect: Surroundings['connect'];
  readonly isJson: boolean;
  readonly texts: Texts;
  readonly screen: Screen;
}

async function chooseAndRun(stage: Stage): Promise<Result> {
  const { surroundings, texts } = stage;
  const commands = await loadCommands(surroundings.argv);
  const { command, given, group } = parseArguments(surroundings.argv, commands, texts);
  const page = openPage(stage, surroundings.streams.stdout);
  if (given.has('version')) return tellVersion(surroundings.version);
  if (given.has('help')) return tellHelp(command?.name ?? group ?? '', commands, page);
  return command === undefined ? tellUsage(commands, page) : runCommand(command, given, page, stage);
}

async function runCommand(command: Command, given: Given, page: Page, stage: Stage): Promise<Result> {
  const { surroundings, connect, isJson, screen, texts } = stage;
  const { stdin, stderr } = surroundings.streams;
  const ask = async (question: string) => {
    const { isYes, readLine } = await import('./ask.ts');
    screen.ask(`${question} ${texts.say('ask.choice')} `);
    return isYes(await readLine(stdin, surroundings.signal));
  };
  const askSecret = async (question: string) => {
    const { readSecretLine } = await import('./ask-secret.ts');
    const typed = await readSecretLine(stdin, surroundings.signal, () => screen.ask(`${question} `));
    screen.talk('');
    return typed;
  };
  const askLine = async (question: string) => {
    const { readLine } = await import('./ask.ts');
    screen.ask(`${question} `);
    const line = await readLine(stdin, surroundings.signal);
    if (line === undefined || line.trim() === '') throw new Failure('cancelled', { action: command.name });
    return line.trim();
  };
  const canAsk = stdin.isTerminal && stderr.isTerminal && !isJson && !given.has('no-input') && !given.has('yes');
  const progressPage = openPage(stage, stderr);
  const showsProgress = stderr.isTerminal && !isJson && surroundings.environment['TERM'] !== 'dumb';
  const session = createSession({
    surroundings,
    connect,
    given,
    page,
    screen,
    progressPage,
    showsProgress,
    isJson,
    canAsk,
    ask,
    askSecret,
    askLine,
  });
  return command.run(await nameAccount(command, given, session), session);
}

/** @throws {Failure} `invalid-input` when the command is about one account and nobody says which. */
async function nameAccount(command: Command, given: Given, { ownAccount, page }: Session): Promise<Given> {
  if (command.account !== 'needed' || given.account !== '') return given;
  const account = await ownAccount();
  if (account !== undefined) return { ...given, account };
  const hint = page.texts.say('usage.usage', { usage: usageLineWithAccount(command) });
  throw new Failure('invalid-input', { field: '--account', text: '', hint });
}

const defaultColumns = 80;

/** How things look on `output`: it may be a terminal while the other stream is not. */
function openPage({ surroundings, texts }: Pick<Stage, 'surroundings' | 'texts'>, output: Output): Page {
  const { environment, clock, argv } = surroundings;
  const isPlain =
    (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb' || hasFlag(argv, '--no-color');
  return createPage({
    texts,
    moments: createMoments(texts, () => clock.now(), surroundings.localTime),
    columns: output.isTerminal ? (output.columns ?? defaultColumns) : defaultColumns,
    hasColour: output.isTerminal && !isPlain,
    hasUtf8: isUtf8(environment),
  });
}

function tellVersion(version: string): Result {
  return { schema: 'larder/version/1', answer: { version }, exitCode: 0, lines: [`larder ${version}`], notes: [] };
}

async function tellHelp(name: string, commands: readonly Command[], page: Page): Promise<Result> {
  const { explain } = await import('./commands/help.ts');
  return explain(name, commands, page);
}

/** Nothing was asked for: help, but as a mistake, so that a script notices. */
async function tellUsage(commands: readonly Command[], page: Page): Promise<Result> {
  const { lines, ...help } = await tellHelp('', commands, page);
  return { ...help, exitCode: 2, lines: [], notes: lines };
}

async function writeResult(result: Result, { isJson, screen }: Stage): Promise<void> {
  if (isJson) return writeJson(result.schema, result.answer, screen);
  if (result.lines.length > 0) screen.write(result.lines.join('\n'));
  result.notes.forEach(screen.talk);
}

async function writeJson(schema: string, answer: object, screen: Screen): Promise<void> {
  const { toJson } = await import('./json.ts');
  screen.write(toJson(schema, answer));
}

async function writeFailure(error: unknown, stage: Stage): Promise<number> {
  const { surroundings, isJson, screen, texts } = stage;
  const { reportFailure } = await import('./failure-report.ts');
  const { exitCode, ...report } = reportFailure(error, texts);
  if (isJson) await writeJson('larder/failure/1', report, screen);
  else screen.talk(openPage(stage, surroundings.streams.stderr).mark('bad', report.message));
  const isDebugging = (surroundings.environment['LARDER_DEBUG'] ?? '') !== '';
  if (isDebugging && error instanceof Error) (error.stack ?? '').split('\n').map(showText).forEach(screen.talk);
  return exitCode;
}
