import { isYes, readLine } from './ask.ts';
import type { Command, Given, Result } from './command.ts';
import { commands } from './commands.ts';
import { explain } from './commands/help.ts';
import { createSession } from './create-session.ts';
import { reportFailure } from './failure-report.ts';
import { toJson } from './json.ts';
import { chooseLanguage, isUtf8 } from './language.ts';
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

/** Does what `argv` asks for and resolves to the exit code. Never rejects, unless a stream or a text file cannot be used. */
export async function runCommandLine(surroundings: Surroundings): Promise<number> {
  const { argv, environment, streams, loadTexts } = surroundings;
  const isJson = hasFlag(argv, '--json');
  const texts = await openTexts(isJson ? 'en' : chooseLanguage(environment), loadTexts);
  const screen = openScreen(streams.stdout, streams.stderr, isUtf8(environment));
  const stage: Stage = { surroundings, isJson, texts, screen };
  try {
    const result = await chooseAndRun(stage);
    screen.clear();
    writeResult(result, stage);
    return result.exitCode;
  } catch (error) {
    screen.clear();
    return writeFailure(error, stage);
  }
}

interface Stage {
  readonly surroundings: Surroundings;
  readonly isJson: boolean;
  readonly texts: Texts;
  readonly screen: Screen;
}

async function chooseAndRun(stage: Stage): Promise<Result> {
  const { surroundings, texts } = stage;
  const { command, given } = parseArguments(surroundings.argv, commands, texts);
  const page = openPage(stage, surroundings.streams.stdout);
  if (given.has('version')) return tellVersion(surroundings.version);
  if (given.has('help')) return explain(command?.name ?? '', commands, page);
  return command === undefined ? tellUsage(page) : runCommand(command, given, page, stage);
}

async function runCommand(command: Command, given: Given, page: Page, stage: Stage): Promise<Result> {
  const { surroundings, isJson, screen, texts } = stage;
  const { stdin, stderr } = surroundings.streams;
  const ask = (question: string) => {
    screen.ask(`${question} ${texts.say('ask.choice')} `);
    return readLine(stdin, surroundings.signal).then(isYes);
  };
  const canAsk = stdin.isTerminal && stderr.isTerminal && !isJson && !given.has('no-input') && !given.has('yes');
  const progressPage = openPage(stage, stderr);
  const showsProgress = stderr.isTerminal && !isJson && surroundings.environment['TERM'] !== 'dumb';
  const session = createSession({
    surroundings,
    given,
    page,
    screen,
    progressPage,
    showsProgress,
    isJson,
    canAsk,
    ask,
  });
  return command.run(given, session);
}

const defaultColumns = 80;

/** How things look on `output`: it may be a terminal while the other stream is not. */
function openPage({ surroundings, texts }: Pick<Stage, 'surroundings' | 'texts'>, output: Output): Page {
  const { environment, clock, argv } = surroundings;
  const isPlain =
    (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb' || hasFlag(argv, '--no-color');
  return createPage({
    texts,
    moments: createMoments(
      texts,
      () => clock.now(),
      () => surroundings.timeZone,
    ),
    columns: output.isTerminal ? (output.columns ?? defaultColumns) : defaultColumns,
    hasColour: output.isTerminal && !isPlain,
    hasUtf8: isUtf8(environment),
  });
}

function tellVersion(version: string): Result {
  return { schema: 'larder/version/1', answer: { version }, exitCode: 0, lines: [`larder ${version}`], notes: [] };
}

/** Nothing was asked for: help, but as a mistake, so that a script notices. */
function tellUsage(page: Page): Result {
  const { lines, ...help } = explain('', commands, page);
  return { ...help, exitCode: 2, lines: [], notes: lines };
}

function writeResult(result: Result, { isJson, screen }: Stage): void {
  if (isJson) return screen.write(toJson(result.schema, result.answer));
  result.lines.forEach(screen.write);
  result.notes.forEach(screen.talk);
}

function writeFailure(error: unknown, stage: Stage): number {
  const { surroundings, isJson, screen, texts } = stage;
  const { exitCode, ...report } = reportFailure(error, texts);
  if (isJson) screen.write(toJson('larder/failure/1', report));
  else screen.talk(openPage(stage, surroundings.streams.stderr).mark('bad', report.message));
  const isDebugging = (surroundings.environment['LARDER_DEBUG'] ?? '') !== '';
  if (isDebugging && error instanceof Error) (error.stack ?? '').split('\n').map(showText).forEach(screen.talk);
  return exitCode;
}
